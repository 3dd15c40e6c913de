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
import dev.bincang.people.profile.Profiles;
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
 * Verifies the identity provider's tokens (JWT, RFC 7519). Quarkus' own settings {@code mp.jwt.*} and {@code
 * smallrye.jwt.*} decide which key or JWKS (RFC 7517), issuer and audience are valid.
 */
@Singleton
class ProviderTokens {

    private static final Logger LOG = Logger.getLogger(ProviderTokens.class);

    /**
     * SmallRye's parser, except for keys at a URL. Those come from {@link ProviderKeys}, so that no thread waits for
     * them.
     */
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

    /** Whether there is a key to verify tokens with. */
    boolean configured() {
        return configured;
    }

    /** Fetches the keys in advance, so that the first user need not wait for them. */
    void start() {
        if (keys != null) {
            keys.fetch();
        }
    }

    /**
     * Verifies a token. Fails with {@link BadToken} if the token is not valid, {@code unavailable} if the keys cannot
     * be fetched, {@code rate_limited} if too many tokens from the address name unknown keys.
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
                            isAdmin(claims))
                    .withPicture(Profiles.picture(claims.getClaimValue("picture")));
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
            // Only the library reads encrypted claims, and it casts a value of a wrong type.
            LOG.debugf("a token was refused: %s", e.getClass().getName());
            throw new BadToken(Fault.MALFORMED);
        }
    }

    /** The reason why the libraries refuse a token. Their messages are not logged: some contain the token. */
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
                default -> {} // continue with its cause
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

    /** Whether the claim names the admin role. The claim is a text or a list of texts, at a path into objects. */
    private boolean isAdmin(JwtClaims claims) {
        Object at = claims.getClaimValue(roleClaim.getFirst());
        for (var step : roleClaim.subList(1, roleClaim.size())) {
            at = at instanceof Map<?, ?> object ? object.get(step) : null;
        }
        return at instanceof Collection<?> all ? all.contains(adminRole) : adminRole.equals(at);
    }

    /** The user's name for people: the claim's value if it can be shown, otherwise the id. */
    private String name(JwtClaims claims, String id) {
        return claims.getClaimValue(nameClaim) instanceof String claim && Text.wrongName(claim.strip()) == null
                ? claim.strip()
                : id;
    }
}
