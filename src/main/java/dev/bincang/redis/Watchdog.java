package dev.bincang.redis;

import dev.bincang.redis.retry.Backoff;
import dev.bincang.redis.retry.SeldomLog;
import dev.bincang.redis.retry.Silence;
import io.quarkus.runtime.Quarkus;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens, checks and reopens both links to Redis.
 *
 * <pre>
 *   commands:  down ──connected to a master──▶ up ──no answer to a pulse · closed · no master any more──▶ down
 *   pub/sub:   down ──commands up, same server──▶ up ──all acknowledged──▶ fresh
 *                ▲                                                           │
 *                └──no echo · closed · another server, history or life───────┘
 * </pre>
 *
 * <p>A pulse on the command link asks the server for its state and publishes to this pod's own channel. The echo must
 * come on the pub/sub link. A demoted master still echoes, and a FLUSHALL breaks no link. So each pulse has a {@link
 * Look}.
 *
 * <p>An overloaded Redis does not count as dead. A pulse does not count as a command in flight. Any answer shows that
 * Redis still works. Time in which this pod's loop did not run does not count ({@link Silence}). Runs on one loop.
 */
@SuppressWarnings("ReferenceEquality") // connections are compared by identity
final class Watchdog {

    private static final Logger LOG = Logger.getLogger(Watchdog.class);
    private static final String CLUSTER = "it is a node of a Redis Cluster, which Bincang does not support yet";
    static final Duration FIRST_RETRY = Duration.ofMillis(200);
    static final Duration LAST_RETRY = Duration.ofSeconds(1);
    /** A pulse must be answered within this number of timeouts, even while other answers come. */
    private static final int PATIENCE = 5;

    private final Vertx vertx;
    private final Connector connector;
    private final CommandLink commands;
    private final PubSubLink pubsub;
    private final Function<Function<Request, Uni<Reply>>, Uni<Look>> looking;
    private final Duration interval;
    private final SeldomLog seldom = new SeldomLog(LOG);
    private final Backoff commandsAgain = new Backoff(FIRST_RETRY, LAST_RETRY);
    private final PubSubWatch pubsubWatch;
    /** The silence of the command link while a pulse is under way. */
    private final Silence silent;
    /** The time since the pulse was sent. */
    private final Silence late;

    private @Nullable RedisConnection current;
    private @Nullable Look look;
    private volatile State state = new State("not connected yet", null);
    private boolean wasUp;
    private boolean connectingCommands;
    private boolean pulsing;
    private boolean stopped;

    /**
     * What the watchdog knows about Redis.
     *
     * @param trouble why there was no link at the last attempt; empty while both are up
     * @param look the last look, or null before the first
     */
    record State(String trouble, @Nullable Look look) {}

    Watchdog(
            Vertx vertx,
            Connector connector,
            CommandLink commands,
            PubSubLink pubsub,
            Function<Function<Request, Uni<Reply>>, Uni<Look>> looking,
            Duration interval,
            Duration timeout) {
        this.vertx = vertx;
        this.connector = connector;
        this.commands = commands;
        this.pubsub = pubsub;
        this.looking = looking;
        this.interval = interval;
        silent = new Silence(interval, timeout);
        late = new Silence(interval, timeout.multipliedBy(PATIENCE));
        pubsubWatch = new PubSubWatch(connector, pubsub, interval, timeout, this::master, this::pubsubTrouble);
    }

    void start() {
        connectCommands();
        vertx.setPeriodic(interval.toMillis(), _ -> pubsub.execute(this::tick));
    }

    void stop() {
        stopped = true;
        commands.down();
        pubsub.end();
    }

    /** The last known state. Callable from any thread. */
    State state() {
        return state;
    }

    private void tick() {
        var now = System.nanoTime();
        silent.tick(now);
        late.tick(now);
        if (stopped || !commands.isUp()) {
            return;
        }
        if (commands.takeSign()) {
            silent.progress();
        }
        if (silent.tooLong() || late.tooLong()) {
            breakCommands("Redis does not answer");
            return;
        }
        pubsubWatch.tick(now);
        if (pubsub.isFresh()) {
            tell("");
        }
        if (!pulsing) {
            beat();
        }
    }

    /** The master that the command link is connected to, or null. */
    private @Nullable Server master() {
        return look == null || !commands.isUp() || stopped ? null : look.server();
    }

    private void pubsubTrouble(String why) {
        var sentence = "no pub/sub link to Redis: " + why;
        tell(sentence);
        seldom.warn(sentence);
    }

    private void tell(String trouble) {
        state = new State(trouble, look);
    }

    private void beat() {
        var link = current;
        pulsing = true;
        silent.due();
        late.due();
        looking.apply(commands::pulse)
                .subscribe()
                .with(
                        seen -> pubsub.execute(() -> {
                            if (current == link) {
                                answered();
                                pubsubWatch.echoDue();
                                seen(seen);
                            }
                        }),
                        failure -> pubsub.execute(() -> {
                            if (current == link) {
                                answered();
                                breakCommands(Trouble.of(failure));
                            }
                        }));
    }

    private void answered() {
        pulsing = false;
        silent.answered();
        late.answered();
    }

    private void seen(Look now) {
        var before = look;
        if (!now.server().master()) {
            breakCommands("Redis is not a master any more");
            return;
        }
        commandsAgain.succeeded();
        judge(now);
        if (before != null && !before.server().equals(now.server())) {
            LOG.warnf("Redis' data may have changed (%s): checking rooms", difference(before.server(), now.server()));
            pubsubWatch.replace();
        }
    }

    /** Logs what is wrong with a Redis that answers. */
    private void judge(Look now) {
        var before = look;
        look = now;
        tell(state.trouble());
        if (!now.keepsAll()) {
            seldom.error("Redis' maxmemory-policy is %s: messages can vanish. Set it to %s"
                    .formatted(now.policy(), Look.KEEPS_ALL));
        }
        if (!now.refuses().isEmpty()) {
            seldom.warn("Redis refuses to write: " + now.refuses());
        } else if (before != null && !before.refuses().isEmpty()) {
            LOG.info("Redis writes again");
        }
    }

    private static String difference(Server before, Server now) {
        return !before.run().equals(now.run())
                ? "another process"
                : before.life().equals(now.life()) ? "another replication history" : "flushed";
    }

    private void breakCommands(String why) {
        if (commands.isUp() && !stopped) {
            var sentence = "command link to Redis is down: " + why;
            tell(sentence);
            seldom.warn(sentence);
            current = null;
            commands.down();
            answered();
            soon(this::connectCommands);
        }
    }

    private void connectCommands() {
        if (connectingCommands || stopped) {
            return;
        }
        connectingCommands = true;
        connector
                .connect()
                .chain(opened -> firstLook(opened).map(seen -> new Opened(opened, seen)))
                .subscribe()
                .with(
                        opened -> pubsub.execute(() -> commandsUp(opened.connection, opened.seen)),
                        failure -> pubsub.execute(() -> noCommands(failure)));
    }

    private record Opened(RedisConnection connection, Look seen) {}

    private Uni<Look> firstLook(RedisConnection opened) {
        Function<Request, Uni<Reply>> send = request -> connector.ask(opened, request);
        return Look.isClusterNode(send)
                .chain(cluster -> cluster ? Uni.createFrom().failure(Trouble.forGood(CLUSTER)) : looking.apply(send))
                .invoke(seen -> {
                    if (!seen.server().master()) {
                        throw new Trouble("this Redis is a replica");
                    }
                })
                .onFailure()
                .invoke(() -> opened.close());
    }

    private void noCommands(Throwable failure) {
        connectingCommands = false;
        if (stopped) {
            return;
        }
        var why = Trouble.of(failure);
        if (Trouble.isForGood(failure) && !wasUp) {
            LOG.errorf("Bincang stops, because it cannot use this Redis: %s.", why);
            Quarkus.asyncExit(1);
            return;
        }
        var hint = why.equals(Trouble.CLOSED) && !wasUp ? "; if it expects TLS, use rediss:// instead of redis://" : "";
        var sentence = "no command link to Redis: " + why + hint;
        tell(sentence);
        seldom.warn(sentence);
        soon(this::connectCommands);
    }

    private void commandsUp(RedisConnection opened, Look seen) {
        connectingCommands = false;
        wasUp = true;
        current = opened;
        opened.endHandler(_ -> pubsub.execute(() -> ended(opened, new Trouble(Trouble.CLOSED))));
        opened.exceptionHandler(failure -> pubsub.execute(() -> ended(opened, failure)));
        commands.up(opened);
        LOG.info("command link to Redis is up");
        var before = look;
        judge(seen);
        if (before != null && seen.server().equals(before.server())) {
            pubsubWatch.connect();
        } else {
            pubsubWatch.replace();
        }
    }

    private void ended(RedisConnection which, Throwable why) {
        if (current == which) {
            breakCommands(Trouble.of(why));
        }
    }

    private void soon(Runnable task) {
        vertx.setTimer(Math.max(1, commandsAgain.failed().toMillis()), _ -> pubsub.execute(task));
    }
}
