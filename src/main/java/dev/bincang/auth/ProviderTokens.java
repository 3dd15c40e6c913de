package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

/**
 * Tokens of the identity provider (JWT, RFC 7519), judged as Quarkus' own {@code mp.jwt.*} and {@code smallrye.jwt.*}
 * settings say: by which key or JWKS (RFC 7517), which issuer, which audience.
 */
@Singleton
class ProviderTokens {

    private static final Logger LOG = Logger.getLogger(ProviderTokens.class);
    private static final int ID_LENGTH = 128;
    private static final List<String> KEYS = List.of(
            "mp.jwt.verify.publickey",
            "mp.jwt.verify.publickey.location",
            "smallrye.jwt.verify.key.location",
            "smallrye.jwt.verify.secretkey");

    private final JWTParser parser;
    private final String nameClaim;
    private final List<String> roleClaim;
    private final String adminRole;
    private final boolean configured;

    ProviderTokens(JWTParser parser, BincangConfig config, Config all) {
        this.parser = parser;
        nameClaim = config.auth().nameClaim();
        roleClaim = List.of(config.auth().roleClaim().split("/"));
        adminRole = config.auth().adminRole();
        configured = KEYS.stream()
                .anyMatch(key -> all.getOptionalValue(key, String.class).isPresent());
    }

    /** Whether there is a key to judge by. */
    boolean configured() {
        return configured;
    }

    /**
     * On a worker thread, since the keys may have to be fetched first. Fails with {@code unauthorized} for a token that
     * does not hold, {@code unavailable} when the keys cannot be fetched.
     */
    Uni<Identity> verify(String token) {
        if (!configured) {
            return Uni.createFrom().failure(Authenticator.invalid());
        }
        return Uni.createFrom().item(() -> identity(token)).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private Identity identity(String token) {
        JsonWebToken claims;
        try {
            claims = parser.parse(token);
        } catch (ParseException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException) {
                    LOG.warnf("the identity provider's keys cannot be fetched: %s", cause);
                    throw new Refusal(ErrorCode.UNAVAILABLE, "the identity provider is away", 1000L);
                }
            }
            LOG.debug("a token was refused", e);
            throw Authenticator.invalid();
        }
        var id = claims.getSubject();
        if (id == null || id.isBlank() || GuestTokens.isGuest(id) || Text.wrong(id, ID_LENGTH, false) != null) {
            LOG.debug("a token was refused: its sub cannot be a user's id");
            throw Authenticator.invalid();
        }
        return new Identity(
                new User(id, name(claims, id)),
                null,
                TimeUnit.SECONDS.toMillis(claims.getIssuedAtTime()),
                TimeUnit.SECONDS.toMillis(claims.getExpirationTime()),
                isAdmin(claims));
    }

    /** Whether the claim, a text or a list of them, names the role that administers; by a path into objects. */
    private boolean isAdmin(JsonWebToken claims) {
        Object at = claims.getClaim(roleClaim.getFirst());
        for (var step : roleClaim.subList(1, roleClaim.size())) {
            at = at instanceof JsonObject object ? object.get(step) : null;
        }
        return switch (at) {
            case JsonArray all -> all.stream().anyMatch(one -> adminRole.equals(text(one)));
            case Collection<?> all -> all.stream().anyMatch(one -> adminRole.equals(text(one)));
            case null -> false;
            default -> adminRole.equals(text(at));
        };
    }

    private static String text(Object claim) {
        return claim instanceof JsonString json ? json.getString() : String.valueOf(claim);
    }

    /** The name for people: what the claim says, if that can be shown, else the id. */
    private String name(JsonWebToken claims, String id) {
        return claims.claim(nameClaim)
                .map(Object::toString)
                .map(String::strip)
                .filter(name -> !name.isEmpty() && Text.wrong(name, Authenticator.NAME_LENGTH, false) == null)
                .orElse(id);
    }
}
