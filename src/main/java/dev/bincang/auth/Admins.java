package dev.bincang.auth;

import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Knows which users are admins, as far as possible. Only a user's token tells this, and a pod sees it only when the
 * user shows it. So a pod that has verified an admin's token stores the admin in Redis until that token expires.
 */
@Singleton
public class Admins {

    private static final Logger LOG = Logger.getLogger(Admins.class);

    private final RedisCommands link;
    private final Keys keys;
    /** What this pod has written to Redis, so that it writes once for each token. One entry for each admin. */
    private final Map<String, Long> written = new ConcurrentHashMap<>();

    Admins(RedisCommands link, Keys keys) {
        this.keys = keys;
        this.link = link;
    }

    /**
     * Stores that a user has shown a valid token of an admin.
     *
     * @param user escaped
     * @param expiresAt when the token expires, in milliseconds since 1970
     */
    public void seen(String user, long expiresAt) {
        var before = written.put(user, expiresAt);
        if (before == null || before != expiresAt) {
            link.call("HSET", keys.usersAdmins(), user, expiresAt).subscribe().with(_ -> {}, failure -> {
                written.remove(user, expiresAt);
                LOG.warnf("an admin cannot be stored: %s", failure.getMessage());
            });
        }
    }

    /** Whether a user is known to be an admin now. The user's id is escaped. Fails with {@code unavailable}. */
    public Uni<Boolean> knows(String user) {
        return link.call("HGET", keys.usersAdmins(), user)
                .map(reply -> !reply.isNil() && Long.parseLong(reply.text()) > System.currentTimeMillis());
    }
}
