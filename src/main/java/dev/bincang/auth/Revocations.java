package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisChannels;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.retry.Retries;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Knows whose tokens are revoked and who is banned from the whole server. Redis stores this and every pod knows it. A
 * pod is told of each change at once. It reads all of them again whenever its link to Redis was down.
 */
@Startup
@Singleton
public class Revocations {

    /**
     * What is stored against a user, both in milliseconds since 1970.
     *
     * @param voidUpTo tokens issued up to this time are revoked
     * @param bannedUntil the user is banned until this time
     */
    private record Barred(long voidUpTo, long bannedUntil) {
        private static Barred parse(String text) {
            var space = text.indexOf(' ');
            return new Barred(Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
        }

        /** In the form that Redis stores. */
        @Override
        public String toString() {
            return voidUpTo + " " + bannedUntil;
        }
    }

    private static final Logger LOG = Logger.getLogger(Revocations.class);
    private static final long RETRY_MS = 300;
    private static final Retries RETRIES = new Retries(LOG, "the revocations are read again", RETRY_MS);
    /** The longest lifetime of an identity provider's token, whatever the token says. */
    static final Duration LONGEST_TOKEN = Duration.ofDays(30);

    private static final Duration SWEEP = Duration.ofMinutes(10);
    /** Allowance for clocks that differ. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private static final String GUEST = Keys.escape("guest:");
    /** How many entries one Redis command forgets. */
    private static final int BATCH = 500;

    private final RedisChannels pubsub;
    private final String key;
    private final Script bar;
    private final Script forget;
    /**
     * Reads all entries. It is a script, because a script answers with a flat list; for the plain command the client
     * makes a map.
     */
    private final Script all;

    private final long guestLifetimeMs;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Barred> barred = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private long timer;
    private volatile boolean loaded;
    /** The number of changes heard so far. Used on the pub/sub link's loop. */
    private int changes;
    /** Numbers the links. Only the load that began with the latest one goes on. Used on the same loop. */
    private int links;

    Revocations(RedisCommands link, RedisChannels pubsub, Keys keys, BincangConfig config, Vertx vertx) {
        key = keys.usersBarred();
        this.vertx = vertx;
        this.pubsub = pubsub;
        forget = new Script(link, Script.source(Revocations.class, "forget.lua"));
        bar = new Script(link, Script.source(Revocations.class, "bar.lua"));
        all = new Script(link, "return redis.call('HGETALL', KEYS[1])");
        guestLifetimeMs = config.auth().guestLifetime().toMillis();
        pubsub.listen(new RedisChannels.Listener() {
            @Override
            public void message(String channel, byte[] payload) {
                if (channel.equals(key) && payload.length == 0) { // a change where this pod does not hear it
                    load(++links);
                } else if (channel.equals(key)) {
                    heard(new String(payload, StandardCharsets.US_ASCII));
                }
            }

            @Override
            public void subscribed(String channel) {
                if (channel.equals(key)) {
                    load(++links);
                }
            }
        });
        pubsub.execute(() -> pubsub.subscribe(key));
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(SWEEP.toMillis(), _ -> sweep(System.currentTimeMillis()));
    }

    /** Cancels the timer and the load. In dev mode Vert.x outlives the application, and so would they. */
    @PreDestroy
    void stop() {
        vertx.cancelTimer(timer);
        pubsub.execute(() -> links++);
    }

    /** Adds a listener that gets the escaped id of each user whose entry changes. It is called on any thread. */
    public void listen(Consumer<String> listener) {
        listeners.add(listener);
    }

    /**
     * The refusal that applies to a token, or null.
     *
     * @param user escaped
     * @param issuedAt when the token was issued, in milliseconds since 1970, rounded to whole seconds; so a token that
     *     was issued in the same second as the revocation is revoked too
     */
    public @Nullable Refusal against(String user, long issuedAt) {
        if (!loaded) {
            return new Refusal(ErrorCode.UNAVAILABLE, "the revocations are not loaded yet", RETRY_MS);
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

    /** Revokes every token issued so far to a user. The user's id is escaped. Fails with {@code unavailable}. */
    public Uni<Void> revoke(String user) {
        return change("revoke", user, "").replaceWithVoid();
    }

    /** Bans a user from the whole server. The user's id is escaped; {@code until} is in milliseconds since 1970. */
    public Uni<Void> ban(String user, long until) {
        return change("ban", user, Long.toString(until)).replaceWithVoid();
    }

    /** Ends a user's ban. The answer is whether the user was banned. */
    public Uni<Boolean> unban(String user) {
        return change("unban", user, "");
    }

    private Uni<Boolean> change(String what, String user, String until) {
        return bar.write(List.of(key), what, user, until)
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

    /**
     * Reads all entries, and tries again until it has them. If a change is heard meanwhile, the answer may lack it, so
     * it reads again.
     */
    private void load(int link) {
        if (link != links) {
            return; // a newer link has its own load
        }
        var before = changes;
        all.run(List.of(key))
                .subscribe()
                .with(
                        reply -> pubsub.execute(() -> {
                            if (before == changes) {
                                take(reply);
                            } else {
                                load(link);
                            }
                        }),
                        failure -> vertx.setTimer(
                                RETRIES.after(failure).toMillis(), _ -> pubsub.execute(() -> load(link))));
    }

    /**
     * Adds the entries that were read. Entries that a flush of Redis removed stay in memory: keeping a user out is the
     * safe side.
     */
    private void take(Reply reply) {
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            hold(reply.at(i).text(), Barred.parse(reply.at(i + 1).text()));
        }
        sweep(System.currentTimeMillis());
        loaded = true;
    }

    /** Forgets, here and in Redis, bans that have ended and revocations that are older than any valid token. */
    void sweep(long now) {
        var old = new ArrayList<String>();
        barred.forEach((user, held) -> {
            if (!matters(user, held, now) && barred.remove(user, held)) {
                old.add(user);
                old.add(held.toString());
            }
        });
        for (int from = 0; from < old.size(); from += 2 * BATCH) {
            var some = old.subList(from, Math.min(old.size(), from + 2 * BATCH));
            forget.run(List.of(key), some.toArray())
                    .subscribe()
                    .with(
                            _ -> {},
                            failure -> LOG.debugf("old revocations cannot be deleted: %s", failure.getMessage()));
        }
    }

    private boolean matters(String user, Barred held, long now) {
        var longestMs = user.startsWith(GUEST) ? guestLifetimeMs : LONGEST_TOKEN.toMillis();
        return held.bannedUntil > now || held.voidUpTo + longestMs + MARGIN.toMillis() > now;
    }

    /** The number of users with an entry. */
    int size() {
        return barred.size();
    }
}
