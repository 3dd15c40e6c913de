package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.token.BadToken;
import dev.bincang.auth.token.BadToken.Fault;
import dev.bincang.auth.token.GuestSecrets;
import dev.bincang.auth.token.GuestSecrets.Secret;
import dev.bincang.auth.token.TokenChecks;
import dev.bincang.auth.token.UnverifiedToken;
import dev.bincang.protocol.User;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/**
 * Issues and verifies signed guest tokens (JWT, RFC 7519, HS256). They make a guest the same user on every later
 * connection and pod.
 */
@Singleton
class GuestTokens {

    /** Tokens of this issuer are verified here, so no identity provider may use it. */
    static final String ISSUER = "bincang";

    private static final String PREFIX = User.GUEST_PREFIX;
    private static final int ID_BYTES = 9;

    private final SecureRandom random = new SecureRandom();
    private final GuestSecrets secrets;
    private final TokenChecks checks;
    private final Duration lifetime;

    GuestTokens(GuestSecrets secrets, TokenChecks checks, BincangConfig config) {
        this.secrets = secrets;
        this.checks = checks;
        this.lifetime = config.auth().guestLifetime();
    }

    /**
     * Signs and verifies a token. The first use of signatures loads 250 classes. Without this, an event loop would do so
     * for the first client, and stand still for that time.
     */
    void start(@Observes StartupEvent event) {
        var key = new byte[GuestSecrets.SECRET_BYTES];
        random.nextBytes(key);
        var secret = new Secret("", key);
        var issued = NumericDate.now();
        var expires = NumericDate.fromSeconds(issued.getValue() + lifetime.toSeconds());
        var token = sign(new User(PREFIX, ""), issued, expires, secret);
        identity(UnverifiedToken.read(token, token.length()), secret);
    }

    Uni<Identity> issue(String name) {
        var made = new byte[ID_BYTES];
        random.nextBytes(made);
        var user = new User(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(made), name);
        var issued = NumericDate.now();
        var expires = NumericDate.fromSeconds(issued.getValue() + lifetime.toSeconds());
        return secrets.current()
                .map(secret -> new Identity(
                        user,
                        sign(user, issued, expires, secret),
                        issued.getValueInMillis(),
                        expires.getValueInMillis(),
                        false));
    }

    /** Whether a user's id is a guest's. No other user may have such an id. */
    static boolean isGuest(String id) {
        return id.startsWith(PREFIX);
    }

    /**
     * Verifies a guest token. Fails with {@link BadToken} if the token is not one of ours or has expired, {@code
     * unavailable} if Redis is away.
     */
    Uni<Identity> verify(UnverifiedToken token) {
        return secrets.of(token.keyId()).chain(possible -> checks.run(() -> identity(token, possible)));
    }

    private static String sign(User user, NumericDate issued, NumericDate expires, Secret secret) {
        var claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject(user.id());
        claims.setStringClaim("name", user.name());
        claims.setIssuedAt(issued);
        claims.setExpirationTime(expires);
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKeyIdHeaderValue(secret.version());
        signature.setKey(new HmacKey(secret.key()));
        signature.setPayload(claims.toJson());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private Identity identity(UnverifiedToken token, Collection<Secret> possible) {
        var worst = Fault.UNKNOWN_KEY;
        for (var secret : possible) {
            try {
                return identity(token, secret);
            } catch (BadToken e) {
                worst = e.fault();
            }
        }
        throw new BadToken(worst);
    }

    private Identity identity(UnverifiedToken token, Secret secret) {
        try {
            var claims = new JwtConsumerBuilder()
                    .setExpectedIssuer(ISSUER)
                    .setRequireSubject()
                    .setRequireExpirationTime()
                    .setRequireIssuedAt()
                    .setVerificationKey(new HmacKey(secret.key()))
                    .setJwsAlgorithmConstraints(
                            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256))
                    .build()
                    .processToClaims(token.text());
            var id = claims.getSubject();
            var name = claims.getStringClaimValue("name");
            if (name == null || User.wrongId(id) != null) {
                throw new BadToken(Fault.USER);
            }
            return Identity.of(
                    new User(id, name),
                    token.text(),
                    claims.getIssuedAt().getValue(),
                    claims.getExpirationTime().getValue(),
                    lifetime,
                    false);
        } catch (InvalidJwtException e) {
            throw new BadToken(ProviderTokens.fault(e));
        } catch (MalformedClaimException _) {
            throw new BadToken(Fault.MALFORMED);
        }
    }
}
