package dev.bincang.auth;

import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Which users are admins, as far as this can be known: a token says so, and only its bearer shows it. So each admin is
 * remembered in Redis when a pod has judged their token, until that token ends.
 */
@Singleton
public class Admins {

    private static final Logger LOG = Logger.getLogger(Admins.class);

    private final CommandLink link;
    /** What this pod has written, so that it writes once for each token. As many as there are admins. */
    private final Map<String, Long> written = new ConcurrentHashMap<>();

    Admins(CommandLink link) {
        this.link = link;
    }

    /**
     * Somebody has shown a good token of an admin.
     *
     * @param user escaped
     * @param expiresAt of the token, in milliseconds since 1970
     */
    public void seen(String user, long expiresAt) {
        var before = written.put(user, expiresAt);
        if (before == null || before != expiresAt) {
            link.call("HSET", Keys.USERS_ADMINS, user, expiresAt).subscribe().with(_ -> {}, failure -> {
                written.remove(user, expiresAt);
                LOG.warnf("an admin is not remembered: %s", failure.getMessage());
            });
        }
    }

    /** Whether a user, who is escaped, is known to be an admin now. Fails with {@code unavailable}. */
    public Uni<Boolean> knows(String user) {
        return link.call("HGET", Keys.USERS_ADMINS, user)
                .map(reply -> !reply.isNil() && Long.parseLong(reply.text()) > System.currentTimeMillis());
    }
}
