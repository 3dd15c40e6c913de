package dev.bincang.redis;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps both links to Redis true.
 *
 * <pre>
 *   commands:  down ──connected to a master──▶ up ──no answer to a pulse · closed · no master any more──▶ down
 *   pub/sub:   down ──commands up, same server──▶ up ──all acknowledged──▶ fresh
 *                ▲                                                           │
 *                └──no echo · closed · another server, history or life───────┘
 * </pre>
 *
 * <p>A pulse asks the server who it is and publishes to this pod's own channel, on the command link; the echo must come
 * on the other. A demoted master echoes happily to itself and a FLUSHALL breaks no link: hence the look at {@link
 * Server}. Runs on one event loop.
 */
@SuppressWarnings("ReferenceEquality") // which connection, not what it is equal to
final class Watchdog {

    private static final Logger LOG = Logger.getLogger(Watchdog.class);

    /** While Redis stays away, why is said again so often. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Connector connector;
    private final CommandLink commands;
    private final PubSubLink pubsub;
    private final String pulse;
    private final Duration timeout;

    private @Nullable Server server;
    private @Nullable String policy;
    private boolean connectingCommands;
    private boolean connectingPubSub;
    private long pulseSent;
    private boolean pulsing;
    private boolean stopped;
    /** When it was said last why there is no link, by {@link System#nanoTime}; null while there is one. */
    private @Nullable Long said;

    Watchdog(
            Vertx vertx, Connector connector, CommandLink commands, PubSubLink pubsub, String pulse, Duration timeout) {
        this.vertx = vertx;
        this.connector = connector;
        this.commands = commands;
        this.pubsub = pubsub;
        this.pulse = pulse;
        this.timeout = timeout;
    }

    void start(Duration interval) {
        connectCommands();
        vertx.setPeriodic(interval.toMillis(), _ -> pubsub.execute(this::tick));
    }

    void stop() {
        stopped = true;
        commands.down();
        pubsub.end();
    }

    /** Redis' maxmemory-policy as last seen, or null before the first look. */
    @Nullable
    String policy() {
        return policy;
    }

    private void tick() {
        if (stopped || !commands.isUp()) {
            return;
        }
        var now = System.nanoTime();
        if (pulsing && now - pulseSent > timeout.toNanos()) {
            breakCommands("Redis does not answer");
            return;
        }
        if (pubsub.isUp() && now - pubsub.lastSign() > timeout.toNanos()) {
            LOG.warnf("pub/sub link to Redis is silent: opening a new one");
            pubsub.down();
        }
        if (!pubsub.isUp()) {
            connectPubSub();
        }
        if (!pulsing) {
            pulsing = true;
            pulseSent = now;
            look(commands::send)
                    .chain(seen -> commands.send(
                                    Request.cmd(Command.PUBLISH).arg(pulse).arg(""))
                            .replaceWith(seen))
                    .subscribe()
                    .with(
                            seen -> pubsub.execute(() -> {
                                pulsing = false;
                                seen(seen);
                            }),
                            failure -> pubsub.execute(() -> {
                                pulsing = false;
                                breakCommands(String.valueOf(failure.getMessage()));
                            }));
        }
    }

    /** Another one each time: after a flush the old value must not come back. */
    private static String newLife() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /** Asks who the server is. SET may be refused (full, replica): what counts is what GET says. */
    private Uni<Server> look(Function<Request, Uni<Reply>> send) {
        var info = send.apply(Request.cmd(Command.INFO).arg("server"));
        var replication = send.apply(Request.cmd(Command.INFO).arg("replication"));
        var set = send.apply(
                        Request.cmd(Command.SET).arg(Keys.LIFE).arg(newLife()).arg("NX"))
                .onFailure()
                .recoverWithItem(new Reply(null));
        var life = send.apply(Request.cmd(Command.GET).arg(Keys.LIFE));
        return Uni.combine()
                .all()
                .unis(info, replication, set, life)
                .asTuple()
                .map(all -> Server.of(
                        all.getItem1().text(),
                        all.getItem2().text(),
                        all.getItem4().isNil() ? "" : all.getItem4().text()));
    }

    private void seen(Server now) {
        var before = server;
        if (!now.master()) {
            breakCommands("Redis is no master any more");
        } else if (before != null && !before.equals(now)) {
            LOG.warnf("Redis is not what it was (%s): checking every room", difference(before, now));
            server = now;
            pubsub.down();
            connectPubSub();
        }
    }

    private static String difference(Server before, Server now) {
        return !before.run().equals(now.run())
                ? "another process"
                : before.life().equals(now.life()) ? "another replication history" : "flushed";
    }

    private void breakCommands(String why) {
        if (commands.isUp() && !stopped) {
            LOG.warnf("command link to Redis is down: %s", why);
            commands.down();
            pulsing = false;
            connectCommands();
        }
    }

    private void connectCommands() {
        if (connectingCommands || stopped) {
            return;
        }
        connectingCommands = true;
        connector
                .connect()
                .chain(opened -> firstLook(opened))
                .subscribe()
                .with(
                        opened -> pubsub.execute(() -> commandsUp(opened)),
                        failure -> pubsub.execute(() -> {
                            connectingCommands = false;
                            say(failure);
                            soon(this::connectCommands);
                        }));
    }

    private void say(Throwable failure) {
        var now = System.nanoTime();
        if (!stopped && (said == null || now - said > AGAIN.toNanos())) {
            said = now;
            var cause = failure.getCause();
            LOG.warnf("no command link to Redis: %s%s", failure.getMessage(), cause == null ? "" : ": " + cause);
        }
    }

    private record Seen(RedisConnection connection, Server server, String policy) {}

    private Uni<Seen> firstLook(RedisConnection opened) {
        Function<Request, Uni<Reply>> send = request -> connector.ask(opened, request);
        return look(send)
                .chain(seen -> send.apply(Request.cmd(Command.INFO).arg("memory"))
                        .map(memory -> new Seen(opened, seen, Server.field(memory.text(), "maxmemory_policy"))))
                .invoke(seen -> {
                    if (!seen.server.master()) {
                        throw new IllegalStateException("this Redis is a replica");
                    }
                })
                .onFailure()
                .invoke(() -> opened.close());
    }

    private void commandsUp(Seen seen) {
        connectingCommands = false;
        said = null;
        policy = seen.policy;
        if (!seen.policy.equals("noeviction")) {
            LOG.errorf("Redis' maxmemory-policy is %s: messages can vanish. Set it to noeviction", seen.policy);
        }
        seen.connection.endHandler(_ -> pubsub.execute(() -> ended(seen.connection)));
        seen.connection.exceptionHandler(_ -> pubsub.execute(() -> ended(seen.connection)));
        current = seen.connection;
        commands.up(seen.connection);
        LOG.info("command link to Redis is up");
        var before = server;
        server = seen.server;
        if (pubsub.isUp() && !seen.server.equals(before)) {
            pubsub.down();
        }
        connectPubSub();
    }

    private @Nullable RedisConnection current;

    private void ended(RedisConnection which) {
        if (current == which) {
            breakCommands("closed");
        }
    }

    private void connectPubSub() {
        var expected = server;
        if (connectingPubSub || stopped || pubsub.isUp() || expected == null || !commands.isUp()) {
            return;
        }
        connectingPubSub = true;
        connector
                .connect()
                .chain(opened -> sameServer(opened, expected))
                .subscribe()
                .with(
                        opened -> pubsub.execute(() -> {
                            connectingPubSub = false;
                            if (expected.equals(server)) {
                                pubsub.up(opened);
                            } else {
                                opened.close();
                            }
                        }),
                        failure -> pubsub.execute(() -> {
                            connectingPubSub = false;
                            LOG.debugf("no pub/sub link to Redis: %s", failure.getMessage());
                        }));
    }

    private Uni<RedisConnection> sameServer(RedisConnection opened, Server expected) {
        return connector
                .ask(opened, Request.cmd(Command.INFO).arg("server"))
                .invoke(info -> {
                    if (!Server.field(info.text(), "run_id").equals(expected.run())) {
                        throw new IllegalStateException("this is another server");
                    }
                })
                .onFailure()
                .invoke(() -> opened.close())
                .replaceWith(opened);
    }

    /** With jitter, so that the pods of a cluster do not knock together. */
    private void soon(Runnable task) {
        vertx.setTimer(ThreadLocalRandom.current().nextLong(100, 300), _ -> pubsub.execute(task));
    }
}
