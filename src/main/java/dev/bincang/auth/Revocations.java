package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.redis.PubSubLink;
import dev.bincang.redis.Reply;
import dev.bincang.redis.Script;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are void, and who is banned from everywhere: stored in Redis, known to every pod. A pod hears of each change
 * at once, and reads all of them again whenever its link to Redis was away.
 */
@Startup
@Singleton
public class Revocations {

    /**
     * What is held against a user, both in milliseconds since 1970.
     *
     * @param voidUpTo tokens issued up to then are void
     * @param bannedUntil he is kept out until then
     */
    private record Barred(long voidUpTo, long bannedUntil) {
        private static Barred parse(String text) {
            var space = text.indexOf(' ');
            return new Barred(Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
        }
    }

    private static final Logger LOG = Logger.getLogger(Revocations.class);
    private static final Duration RETRY = Duration.ofMillis(300);
    /** No provider's token is taken to live longer. */
    private static final Duration LONGEST_TOKEN = Duration.ofDays(30);

    private final CommandLink link;
    private final PubSubLink pubsub;
    private final Script bar;
    /** By a script, whose answer is a flat list: the client makes a map of the bare command's. */
    private final Script all;

    private final long rememberMs;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Barred> barred = new ConcurrentHashMap<>();
    private volatile boolean loaded;
    /** Counts what was heard, on the pub/sub link's loop. */
    private int changes;

    Revocations(CommandLink link, PubSubLink pubsub, BincangConfig config) {
        this.link = link;
        this.pubsub = pubsub;
        bar = new Script(link, Script.source(Revocations.class, "bar.lua"));
        all = new Script(link, "return redis.call('HGETALL', KEYS[1])");
        var guests = config.auth().guestLifetime();
        rememberMs = (guests.compareTo(LONGEST_TOKEN) > 0 ? guests : LONGEST_TOKEN).toMillis();
        pubsub.listen(new PubSubLink.Listener() {
            @Override
            public void message(String channel, byte[] payload) {
                if (channel.equals(Keys.USERS_BARRED)) {
                    heard(new String(payload, StandardCharsets.US_ASCII));
                }
            }

            @Override
            public void fresh() {
                load();
            }
        });
        pubsub.execute(() -> pubsub.subscribe(Keys.USERS_BARRED));
    }

    /** Tells when something is held against a user, who is escaped; on any thread. */
    public void listen(Consumer<String> listener) {
        listeners.add(listener);
    }

    /**
     * What speaks against a token, or null.
     *
     * @param user escaped
     * @param issuedAt of his token, in milliseconds since 1970; to whole seconds, so that one of the very second in which
     *     his tokens were made void is void
     */
    public @Nullable Refusal against(String user, long issuedAt) {
        if (!loaded) {
            return new Refusal(ErrorCode.UNAVAILABLE, "not known yet who may come in", RETRY.toMillis());
        }
        var held = barred.get(user);
        if (held == null) {
            return null;
        }
        if (held.bannedUntil > System.currentTimeMillis()) {
            return new Refusal(ErrorCode.FORBIDDEN, "banned");
        }
        return issuedAt <= held.voidUpTo ? new Refusal(ErrorCode.FORBIDDEN, "the token was revoked") : null;
    }

    /** Makes all tokens void that a user, who is escaped, has by now. Fails with {@code unavailable}. */
    public Uni<Void> revoke(String user) {
        return change("revoke", user, "").replaceWithVoid();
    }

    /** Keeps a user, who is escaped, out of everywhere until then, in milliseconds since 1970. */
    public Uni<Void> ban(String user, long until) {
        return change("ban", user, Long.toString(until)).replaceWithVoid();
    }

    /** Lets him in again; the answer is whether he was kept out. */
    public Uni<Boolean> unban(String user) {
        return change("unban", user, "");
    }

    private Uni<Boolean> change(String what, String user, String until) {
        return bar.run(List.of(Keys.USERS_BARRED), what, user, until)
                .map(changed -> changed.text().equals("1"));
    }

    private void heard(String message) {
        changes++;
        var space = message.indexOf(' ');
        hold(message.substring(0, space), Barred.parse(message.substring(space + 1)));
    }

    private void hold(String user, Barred now) {
        if (!now.equals(barred.put(user, now))) {
            listeners.forEach(listener -> listener.accept(user));
        }
    }

    /** Reads all of them; again if a change is heard meanwhile, which the answer may not have yet. */
    private void load() {
        var before = changes;
        all.run(List.of(Keys.USERS_BARRED))
                .onFailure()
                .retry()
                .withBackOff(RETRY)
                .atMost(10)
                .subscribe()
                .with(
                        reply -> pubsub.execute(() -> {
                            if (before == changes) {
                                take(reply);
                            } else {
                                load();
                            }
                        }),
                        failure -> LOG.warnf("who is barred cannot be read: %s", failure.getMessage()));
    }

    /** What a flush of Redis took stays known here: it only keeps out. */
    private void take(Reply reply) {
        var now = System.currentTimeMillis();
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            var user = reply.at(i).text();
            var held = Barred.parse(reply.at(i + 1).text());
            if (held.bannedUntil > now || held.voidUpTo > now - rememberMs) {
                hold(user, held);
            } else {
                forget(user);
            }
        }
        loaded = true;
    }

    /** Nothing that he could bring is as old. */
    private void forget(String user) {
        link.call("HDEL", Keys.USERS_BARRED, user)
                .subscribe()
                .with(_ -> {}, failure -> LOG.debugf("not forgotten: %s", failure.getMessage()));
    }
}
