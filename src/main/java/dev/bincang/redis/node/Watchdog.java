package dev.bincang.redis.node;

import dev.bincang.redis.link.CommandLink;
import dev.bincang.redis.link.Connector;
import dev.bincang.redis.link.PubSubLink;
import dev.bincang.redis.link.Redirect;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Trouble;
import dev.bincang.redis.retry.Backoff;
import dev.bincang.redis.retry.Silence;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.Executor;
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
    static final Duration FIRST_RETRY = Duration.ofMillis(200);
    static final Duration LAST_RETRY = Duration.ofSeconds(1);
    /** A pulse must be answered within this number of timeouts, even while other answers come. */
    private static final int PATIENCE = 5;

    private final Vertx vertx;
    private final Executor loop;
    private final Connector connector;
    private final CommandLink commands;
    private final PubSubLink pubsub;
    private final NodeRules rules;
    private final Runnable broken;
    private final Report report;
    private final Backoff commandsAgain = new Backoff(FIRST_RETRY, LAST_RETRY);
    private final PubSubWatch pubsubWatch;
    /** The silence of the command link while a pulse is under way. */
    private final Silence silent;
    /** The time since the pulse was sent. */
    private final Silence late;

    private @Nullable RedisConnection current;
    /** What the last look was made with. */
    private volatile @Nullable Anchor anchor;

    private long timer;
    private boolean wasUp;
    private boolean connectingCommands;
    private boolean pulsing;
    private boolean stopped;

    private record Opened(
            RedisConnection connection, Look seen, @Nullable Anchor anchor) {}

    /** @param broken called when the command link breaks */
    Watchdog(
            Vertx vertx,
            Executor loop,
            Connector connector,
            CommandLink commands,
            PubSubLink pubsub,
            Report report,
            NodeRules rules,
            Runnable broken) {
        this.vertx = vertx;
        this.loop = loop;
        this.connector = connector;
        this.commands = commands;
        this.pubsub = pubsub;
        this.report = report;
        this.rules = rules;
        this.broken = broken;
        silent = new Silence(rules.interval(), rules.timeout());
        late = new Silence(rules.interval(), rules.timeout().multipliedBy(PATIENCE));
        pubsubWatch = new PubSubWatch(
                connector, pubsub, loop, rules.interval(), rules.timeout(), this::place, this::pubsubTrouble);
    }

    void start() {
        if (stopped) {
            return;
        }
        connectCommands();
        timer = vertx.setPeriodic(rules.interval().toMillis(), _ -> loop.execute(this::tick));
    }

    /** Breaks both links for good. */
    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        commands.down();
        broken.run();
        pubsub.down();
    }

    /** Whether the last look was made with an anchor. Callable from any thread. */
    boolean hasAnchor() {
        return anchor != null;
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
            breakCommands("it does not answer");
            return;
        }
        pubsubWatch.tick(now);
        if (pubsub.isFresh()) {
            report.trouble("");
        }
        if (!pulsing) {
            beat();
        }
    }

    private PubSubWatch.@Nullable Place place() {
        var look = report.look();
        return look == null || anchor == null || !commands.isUp() || stopped
                ? null
                : new PubSubWatch.Place(look.server(), anchor.pulse());
    }

    private void pubsubTrouble(String why) {
        report.warn("no pub/sub link to " + report.name() + ": " + why);
        rules.troubled().run();
    }

    private void beat() {
        var link = current;
        pulsing = true;
        silent.due();
        late.due();
        var with = rules.anchor().get();
        Look.at(commands::pulse, with, rules.publish())
                .subscribe()
                .with(
                        seen -> loop.execute(() -> {
                            if (current == link) {
                                answered();
                                pubsubWatch.echoDue();
                                seen(seen, with);
                            }
                        }),
                        failure -> loop.execute(() -> {
                            if (current == link) {
                                answered();
                                failed(failure);
                            }
                        }));
    }

    private void failed(Throwable failure) {
        if (Redirect.of(failure) == null) {
            breakCommands(Trouble.of(failure));
        } else {
            rules.anchorMoved().run(); // the node is well, but it no longer has the anchor's slot
        }
    }

    private void answered() {
        pulsing = false;
        silent.answered();
        late.answered();
    }

    private void seen(Look now, @Nullable Anchor with) {
        var before = report.look();
        var sameAnchor = Anchor.isSame(anchor, with);
        if (!now.server().master()) {
            breakCommands("it is not a master any more");
            return;
        }
        commandsAgain.succeeded();
        anchor = with;
        report.saw(now);
        if (!sameAnchor) {
            pubsubWatch.replace();
        } else if (before != null && !before.server().equals(now.server())) {
            LOG.warnf(
                    "the data of %s may have changed (%s): checking rooms",
                    report.name(), now.server().differenceTo(before.server()));
            pubsubWatch.replace();
        }
    }

    /** Breaks the command link. It is opened again, perhaps to another server. */
    void breakCommands(String why) {
        if (commands.isUp() && !stopped) {
            report.warn("command link to " + report.name() + " is down: " + why);
            current = null;
            commands.down();
            broken.run();
            answered();
            soon(this::connectCommands);
            rules.troubled().run();
        }
    }

    private void connectCommands() {
        if (connectingCommands || stopped) {
            return;
        }
        connectingCommands = true;
        var with = rules.anchor().get();
        connector
                .connect()
                .chain(opened -> firstLook(opened, with).map(seen -> new Opened(opened, seen, with)))
                .subscribe()
                .with(
                        opened -> loop.execute(() -> commandsUp(opened)),
                        failure -> loop.execute(() -> noCommands(failure)));
    }

    private Uni<Look> firstLook(RedisConnection opened, @Nullable Anchor with) {
        Function<Request, Uni<Reply>> send = request -> connector.ask(opened, request);
        return Look.first(send, with, rules).onFailure().invoke(() -> opened.close());
    }

    private void noCommands(Throwable failure) {
        connectingCommands = false;
        if (stopped) {
            return;
        }
        if (Redirect.of(failure) != null) {
            rules.anchorMoved().run();
        }
        var why = Trouble.of(failure);
        if (Trouble.isForGood(failure) && !wasUp) {
            Report.stop(why);
            return;
        }
        var hint = why.equals(Trouble.CLOSED) && !wasUp ? "; if it expects TLS, use rediss:// instead of redis://" : "";
        report.warn("no command link to " + report.name() + ": " + why + hint);
        soon(this::connectCommands);
        rules.troubled().run();
    }

    private void commandsUp(Opened with) {
        connectingCommands = false;
        var opened = with.connection;
        if (stopped) {
            opened.close();
            return;
        }
        wasUp = true;
        current = opened;
        opened.endHandler(_ -> loop.execute(() -> ended(opened, new Trouble(Trouble.CLOSED))));
        opened.exceptionHandler(failure -> loop.execute(() -> ended(opened, failure)));
        LOG.infof("command link to %s is up", report.name());
        var before = report.look();
        var sameAnchor = Anchor.isSame(anchor, with.anchor);
        anchor = with.anchor;
        report.saw(with.seen);
        commands.up(opened);
        if (before != null && sameAnchor && with.seen.server().equals(before.server())) {
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
        vertx.setTimer(Math.max(1, commandsAgain.failed().toMillis()), _ -> loop.execute(task));
    }
}
