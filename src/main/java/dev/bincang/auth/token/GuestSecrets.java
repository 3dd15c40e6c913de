package dev.bincang.auth.token;

import dev.bincang.BincangConfig;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisChannels;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds the secrets that sign guest tokens. Redis keeps the valid versions in a hash. A pod reads the hash again after
 * a second, so a version that an operator removes is invalid everywhere a second later. A version that Redis lost in a
 * flush is put back by the pods that know it.
 */
@Singleton
public class GuestSecrets {

    /** One version of the secret. */
    public record Secret(String version, byte[] key) {}

    /**
     * All valid versions.
     *
     * @param birth the random value that was made with the hash; another value means another hash
     * @param current the version that signs
     */
    private record Known(String birth, String current, Map<String, String> versions) {
        private static final Known NOTHING = new Known("", "", Map.of());

        private static Known of(Reply hash) {
            var versions = new HashMap<String, String>();
            for (int i = 0; i + 1 < hash.size(); i += 2) {
                versions.put(hash.at(i).text(), hash.at(i + 1).text());
            }
            var birth = String.valueOf(versions.remove("birth"));
            return new Known(birth, String.valueOf(versions.remove("current")), Map.copyOf(versions));
        }

        private @Nullable Secret secret(String version) {
            var secret = versions.get(version);
            return secret == null
                    ? null
                    : new Secret(version, Base64.getDecoder().decode(secret));
        }
    }

    private static final Logger LOG = Logger.getLogger(GuestSecrets.class);
    private static final Duration FRESH = Duration.ofSeconds(1);
    /** The bytes of a secret. */
    public static final int SECRET_BYTES = 32;

    private static final int VERSION_BYTES = 6;

    private final SecureRandom random = new SecureRandom();
    private final Script script;
    private final String key;
    private final Uni<Known> fresh;
    private volatile Known known = Known.NOTHING;
    private volatile long asked = System.nanoTime() - FRESH.toNanos();

    GuestSecrets(RedisCommands link, RedisChannels pubsub, Keys keys, BincangConfig config) {
        key = keys.guestSecrets();
        script = new Script(link, Script.source(GuestSecrets.class, "secrets.lua"));
        fresh = Uni.createFrom().deferred(this::load).memoize().until(this::isStale);
        if (config.auth().guests()) {
            pubsub.listen(new RedisChannels.Listener() {
                @Override
                public void subscribed(String channel) {
                    if (channel.equals(key)) {
                        load().subscribe()
                                .with(
                                        _ -> {},
                                        failure -> LOG.warnf(
                                                "the guests' secrets cannot be read: %s", failure.getMessage()));
                    }
                }
            });
            // Nothing is published on it: its acknowledgement tells that the Redis with the secrets is back.
            pubsub.execute(() -> pubsub.subscribe(key));
        }
    }

    /** The secret that signs new tokens. Fails with {@code unavailable}. */
    public Uni<Secret> current() {
        return fresh.map(now -> {
            var secret = now.secret(now.current);
            if (secret == null) {
                throw new IllegalStateException("no current secret in " + key);
            }
            return secret;
        });
    }

    /**
     * The secrets that may have signed a token. Fails with {@code unavailable}.
     *
     * @param version the version that the token names; null for any version, since tokens of Bincang 1.0.0 name none
     */
    public Uni<Collection<Secret>> of(@Nullable String version) {
        return fresh.map(now -> {
            var secrets = new ArrayList<Secret>();
            for (var one : version == null ? now.versions.keySet() : List.of(version)) {
                var secret = now.secret(one);
                if (secret != null) {
                    secrets.add(secret);
                }
            }
            return secrets;
        });
    }

    private boolean isStale() {
        return System.nanoTime() - asked >= FRESH.toNanos();
    }

    private Uni<Known> load() {
        asked = System.nanoTime();
        var before = known;
        var args = new ArrayList<>(List.of(
                before.birth, random(VERSION_BYTES), random(VERSION_BYTES), random(SECRET_BYTES), before.current));
        before.versions.forEach((version, secret) -> {
            args.add(version);
            args.add(secret);
        });
        return script.run(List.of(key), args.toArray()).map(Known::of).invoke(now -> known = now);
    }

    /** A random secret in the form that Redis stores. */
    private String random(int bytes) {
        var made = new byte[bytes];
        random.nextBytes(made);
        return Base64.getEncoder().encodeToString(made);
    }
}
