package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.auth.token.BadToken;
import dev.bincang.auth.token.BadToken.Fault;
import dev.bincang.auth.token.ProviderKeys;
import dev.bincang.auth.token.ProviderSettings;
import dev.bincang.auth.token.TokenChecks;
import dev.bincang.auth.token.UnverifiedToken;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.InvalidAlgorithmException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of the identity provider (JWT, RFC 7519), judged as Quarkus' own {@code mp.jwt.*} and {@code smallrye.jwt.*}
 * settings say: by which key or JWKS (RFC 7517), which issuer, which audience.
 */
@Singleton
class ProviderTokens {

    private static final Logger LOG = Logger.getLogger(ProviderTokens.class);

    /** SmallRye's, but for keys at a URL: those are {@link ProviderKeys}, for which no thread waits. */
    private static final class Parser extends DefaultJWTTokenParser {

        private final @Nullable ProviderKeys keys;

        private Parser(@Nullable ProviderKeys keys) {
            this.keys = keys;
        }

        @Override
        protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo info)
                throws UnresolvableKeyException {
            return keys != null ? keys : super.getVerificationKeyResolver(info);
        }
    }

    private final JWTAuthContextInfo info;
    private final Set<String> algorithms;
    private final @Nullable ProviderKeys keys;
    private final Parser parser;
    private final TokenChecks checks;
    private final RateLimits limits;
    private final String nameClaim;
    private final List<String> roleClaim;
    private final String adminRole;
    private final boolean configured;

    ProviderTokens(ProviderSettings settings, TokenChecks checks, RateLimits limits, BincangConfig config) {
        this.checks = checks;
        this.limits = limits;
        nameClaim = config.auth().nameClaim();
        roleClaim = List.of(config.auth().roleClaim().split("/"));
        adminRole = config.auth().adminRole();
        configured = settings.configured();
        info = settings.read();
        algorithms = info.getSignatureAlgorithm().stream()
                .map(algorithm -> algorithm.getAlgorithm())
                .collect(Collectors.toUnmodifiableSet());
        try {
            keys = settings.keys(info, config);
            parser = new Parser(keys);
            if (configured && keys == null && info.getPublicVerificationKey() == null) {
                parser.getVerificationKeyResolver(info); // reads the key
            }
        } catch (IOException | UnresolvableKeyException e) {
            throw new ConfigurationException(
                    "The identity provider's key cannot be read, see mp.jwt.verify.publickey.location: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Whether there is a key to judge by. */
    boolean configured() {
        return configured;
    }

    /** Fetches the keys, so that the first user need not wait for them. */
    void start() {
        if (keys != null) {
            keys.fetch();
        }
    }

    /**
     * Fails with {@link BadToken} for a token that does not hold, {@code unavailable} when the keys cannot be fetched, {@code
     * rate_limited} when too many tokens from the address name keys that are not known.
     */
    Uni<Identity> verify(UnverifiedToken token, String address) {
        if (!configured) {
            return failed(Fault.NO_PROVIDER);
        }
        if (!token.encrypted()) {
            if (!algorithms.contains(token.algorithm())) {
                return failed(Fault.ALGORITHM);
            }
            if (!info.getIssuedBy().equals(token.issuer())) {
                return failed(Fault.ISSUER);
            }
        }
        if (keys == null || token.encrypted()) {
            return checks.run(() -> identity(token));
        }
        var tooMany = keys.waits(token.keyId()) ? limits.take(What.UNKNOWN_KEY, address) : null;
        return tooMany != null
                ? Uni.createFrom().failure(tooMany)
                : keys.await(token.keyId()).chain(() -> checks.run(() -> identity(token)));
    }

    private static Uni<Identity> failed(Fault fault) {
        return Uni.createFrom().failure(new BadToken(fault));
    }

    private Identity identity(UnverifiedToken token) {
        var claims = claims(token);
        try {
            var id = claims.getSubject();
            var issued = claims.getIssuedAt();
            var expires = claims.getExpirationTime();
            if (id == null || issued == null || expires == null) {
                throw new BadToken(Fault.CLAIMS);
            }
            if (GuestTokens.isGuest(id) || User.wrongId(id) != null) {
                throw new BadToken(Fault.USER);
            }
            if (issued.isAfter(NumericDate.fromSeconds(NumericDate.now().getValue() + skew()))) {
                throw new BadToken(Fault.NOT_YET_VALID);
            }
            return Identity.of(
                    new User(id, name(claims, id)),
                    null,
                    issued.getValue(),
                    expires.getValue(),
                    Revocations.LONGEST_TOKEN.plus(Duration.ofSeconds(skew())),
                    isAdmin(claims));
        } catch (MalformedClaimException _) {
            throw new BadToken(Fault.MALFORMED);
        }
    }

    private int skew() {
        return Math.max(0, info.getClockSkew());
    }

    private JwtClaims claims(UnverifiedToken token) {
        try {
            return parser.parse(token.text(), info).getJwtClaims();
        } catch (ParseException e) {
            throw new BadToken(fault(e));
        } catch (RuntimeException e) {
            // Encrypted claims are read by the library alone, which casts what has a wrong type.
            LOG.debugf("a token was refused: %s", e.getClass().getName());
            throw new BadToken(Fault.MALFORMED);
        }
    }

    /** Why the libraries refuse a token. Their messages are not for the log: some have the token in them. */
    static Fault fault(Throwable refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnresolvableKeyException _ -> {
                    return Fault.UNKNOWN_KEY;
                }
                case InvalidAlgorithmException _ -> {
                    return Fault.ALGORITHM;
                }
                case InvalidJwtException invalid
                when invalid.getErrorDetails().isEmpty() -> {
                    return Fault.CLAIMS;
                }
                case InvalidJwtException invalid -> {
                    var fault = fault(invalid.getErrorDetails().getFirst().getErrorCode());
                    if (fault != Fault.MALFORMED) {
                        return fault;
                    }
                }
                default -> {} // the cause may say more
            }
        }
        return refused instanceof ParseException && !(refused.getCause() instanceof InvalidJwtException)
                ? Fault.CLAIMS
                : Fault.MALFORMED;
    }

    private static Fault fault(int code) {
        return switch (code) {
            case ErrorCodes.EXPIRED -> Fault.EXPIRED;
            case ErrorCodes.NOT_YET_VALID, ErrorCodes.ISSUED_AT_INVALID_FUTURE -> Fault.NOT_YET_VALID;
            case ErrorCodes.AUDIENCE_MISSING, ErrorCodes.AUDIENCE_INVALID -> Fault.AUDIENCE;
            case ErrorCodes.ISSUER_MISSING, ErrorCodes.ISSUER_INVALID -> Fault.ISSUER;
            case ErrorCodes.SIGNATURE_INVALID, ErrorCodes.SIGNATURE_MISSING -> Fault.SIGNATURE;
            case ErrorCodes.EXPIRATION_MISSING, ErrorCodes.ISSUED_AT_MISSING, ErrorCodes.SUBJECT_MISSING ->
                Fault.CLAIMS;
            default -> Fault.MALFORMED;
        };
    }

    /** Whether the claim, a text or a list of them, names the role that administers; by a path into objects. */
    private boolean isAdmin(JwtClaims claims) {
        Object at = claims.getClaimValue(roleClaim.getFirst());
        for (var step : roleClaim.subList(1, roleClaim.size())) {
            at = at instanceof Map<?, ?> object ? object.get(step) : null;
        }
        return at instanceof Collection<?> all ? all.contains(adminRole) : adminRole.equals(at);
    }

    /** The name for people: what the claim says, if that can be shown, else the id. */
    private String name(JwtClaims claims, String id) {
        return claims.getClaimValue(nameClaim) instanceof String claim && Text.wrongName(claim.strip()) == null
                ? claim.strip()
                : id;
    }
}
