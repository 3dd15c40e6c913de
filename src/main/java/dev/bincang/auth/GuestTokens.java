package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.protocol.User;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.redis.PubSubLink;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Signed tokens (JWT, RFC 7519, HS256) that make a guest the same user on every later connection and pod.
 *
 * <p>The secret lives in Redis, made by whichever pod comes first. A pod that knows an older one, because Redis lost it
 * in a flush, puts it back, or goes on accepting it where another pod was faster.
 */
@Singleton
class GuestTokens {

    private static final Logger LOG = Logger.getLogger(GuestTokens.class);
    private static final String ISSUER = "bincang";
    private static final String PREFIX = "guest:";
    private static final JwtConsumer UNVERIFIED = new JwtConsumerBuilder()
            .setSkipAllValidators()
            .setDisableRequireSignature()
            .setSkipSignatureVerification()
            .setJwsAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS)
            .build();

    private final SecureRandom random = new SecureRandom();
    private final CommandLink link;
    private final Duration lifetime;
    /** The one in force first, then what was known before. */
    private final List<byte[]> secrets = new CopyOnWriteArrayList<>();

    GuestTokens(CommandLink link, PubSubLink pubsub, BincangConfig config) {
        this.link = link;
        this.lifetime = config.auth().guestLifetime();
        if (config.auth().guests()) {
            pubsub.listen(new PubSubLink.Listener() {
                @Override
                public void fresh() {
                    load().subscribe().with(_ -> {}, failure -> LOG.warnf("guests' secret: %s", failure.getMessage()));
                }
            });
        }
    }

    private Uni<byte[]> load() {
        var mine = secrets.isEmpty() ? random(32) : secrets.getFirst();
        return link.setIfAbsent(Keys.GUEST_SECRET, Base64.getEncoder().encodeToString(mine), null)
                .chain(() -> link.get(List.of(Keys.GUEST_SECRET)))
                .map(replies -> {
                    var secret = Base64.getDecoder().decode(replies.getFirst().text());
                    if (secrets.stream().noneMatch(known -> Arrays.equals(known, secret))) {
                        secrets.addFirst(secret);
                    }
                    return secret;
                });
    }

    private Uni<byte[]> secret() {
        return secrets.isEmpty() ? load() : Uni.createFrom().item(secrets.getFirst());
    }

    Uni<Identity> issue(String name) {
        var id = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random(9));
        var user = new User(id, name);
        var issued = NumericDate.now();
        var expires = NumericDate.fromSeconds(issued.getValue() + lifetime.toSeconds());
        return secret().map(secret -> new Identity(
                user,
                sign(user, issued, expires, secret),
                issued.getValueInMillis(),
                expires.getValueInMillis(),
                false));
    }

    /** Whether a user's id says guest; no other may look so. */
    static boolean isGuest(String id) {
        return id.startsWith(PREFIX);
    }

    /** Whether a token says that it is one of ours, which {@link #verify} would have to find true. */
    static boolean issued(String token) {
        try {
            return ISSUER.equals(UNVERIFIED.processToClaims(token).getIssuer());
        } catch (InvalidJwtException | MalformedClaimException e) {
            return false;
        }
    }

    /** Fails with {@code unauthorized} if the token is not one of ours or has expired. */
    Uni<Identity> verify(String token) {
        return secret().map(_ -> {
            for (var secret : secrets) {
                var identity = identity(token, secret);
                if (identity != null) {
                    return identity;
                }
            }
            throw Authenticator.invalid();
        });
    }

    private static String sign(User user, NumericDate issued, NumericDate expires, byte[] secret) {
        var claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject(user.id());
        claims.setStringClaim("name", user.name());
        claims.setIssuedAt(issued);
        claims.setExpirationTime(expires);
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKey(new HmacKey(secret));
        signature.setPayload(claims.toJson());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Identity identity(String token, byte[] secret) {
        try {
            var claims = new JwtConsumerBuilder()
                    .setExpectedIssuer(ISSUER)
                    .setRequireSubject()
                    .setRequireExpirationTime()
                    .setRequireIssuedAt()
                    .setVerificationKey(new HmacKey(secret))
                    .setJwsAlgorithmConstraints(
                            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256))
                    .build()
                    .processToClaims(token);
            return new Identity(
                    new User(claims.getSubject(), claims.getStringClaimValue("name")),
                    token,
                    claims.getIssuedAt().getValueInMillis(),
                    claims.getExpirationTime().getValueInMillis(),
                    false);
        } catch (InvalidJwtException | MalformedClaimException e) {
            LOG.debugf("a token was refused: %s", e.getClass().getSimpleName());
            return null;
        }
    }

    private byte[] random(int bytes) {
        var made = new byte[bytes];
        random.nextBytes(made);
        return made;
    }
}
