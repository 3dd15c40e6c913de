package dev.bincang.redis.topology;

import dev.bincang.redis.link.Connector;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Trouble;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks every sentinel, at each interval, which server is the master. The answer with the highest configuration epoch
 * counts: a sentinel that was cut off may name a former master. So a switch is known within about one interval,
 * whatever its reason. Runs on the nodes' loop.
 *
 * <p>Source: the Redis Sentinel documentation, "Configuration epochs".
 */
final class Sentinels {

    private static final Logger LOG = Logger.getLogger(Sentinels.class);
    /** An answer counts for this number of intervals. */
    private static final int FRESH = 10;
    /** An answer with a lower epoch is ignored for this time. */
    private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();
    /** Attempts to connect to a sentinel come once in this number of intervals. */
    private static final int RECONNECT = 4;

    /** One sentinel, and what it last said. */
    private final class Sentinel {
        private final Connector connector;
        private @Nullable RedisConnection connection;
        private String master = "";
        private long epoch;
        private int age = FRESH;
        private int asked;
        private boolean busy;

        private Sentinel(String address) {
            var client = Future.succeededFuture(clients.sentinel(address));
            connector = clients.connector(() -> client);
        }

        private void ask() {
            age++;
            if (busy || (connection == null && asked++ % RECONNECT != 0)) {
                return;
            }
            busy = true;
            var open = connection;
            (open == null ? connector.connect() : Uni.createFrom().item(open))
                    .chain(to -> connector
                            .ask(to, Request.cmd(Command.SENTINEL).arg("MASTER").arg(clients.masterName()))
                            .invoke(reply -> loop.execute(() -> said(to, reply)))
                            .onFailure()
                            .invoke(() -> to.close()))
                    .subscribe()
                    .with(
                            _ -> {},
                            failure -> loop.execute(() -> {
                                busy = false;
                                connection = null;
                                trouble = "a sentinel: " + Trouble.of(failure);
                                choose();
                            }));
        }

        private void said(RedisConnection by, Reply reply) {
            busy = false;
            if (stopped) {
                by.close();
                return;
            }
            connection = by;
            master = SlotView.bracketed(reply.field("ip")) + ":" + reply.field("port");
            epoch = Long.parseLong(reply.field("config-epoch"));
            age = 0;
            choose();
        }

        private void close() {
            if (connection != null) {
                connection.close();
            }
        }
    }

    private final Vertx vertx;
    private final Executor loop;
    private final Clients clients;
    private final Duration interval;
    private final List<Sentinel> all;
    private Runnable switched = () -> {};
    private @Nullable String master;
    private long epoch;
    private long epochSeen = System.nanoTime();
    private boolean stopped;
    private String trouble = "no sentinel has answered yet";
    private long timer;

    Sentinels(Vertx vertx, Executor loop, Clients clients, Duration interval) {
        this.vertx = vertx;
        this.loop = loop;
        this.clients = clients;
        this.interval = interval;
        all = clients.hosts().stream().map(Sentinel::new).toList();
    }

    /** @param onSwitch called when another server becomes the master */
    void start(Runnable onSwitch) {
        switched = onSwitch;
        all.forEach(Sentinel::ask);
        timer = vertx.setPeriodic(interval.toMillis(), _ -> loop.execute(() -> all.forEach(Sentinel::ask)));
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        all.forEach(Sentinel::close);
    }

    /** The client for the master. Fails with {@link Trouble} while no sentinel names one. */
    Future<Redis> master() {
        var address = master;
        return address == null
                ? Future.failedFuture(new Trouble(trouble))
                : Future.succeededFuture(clients.of(address));
    }

    /** Whether a newer answer came a moment ago. After that time it is believed: sentinels may be set up anew. */
    private boolean isOld(long of) {
        var now = System.nanoTime();
        if (of < epoch && now - epochSeen < REMEMBERED) {
            return true;
        }
        epoch = of;
        epochSeen = now;
        return false;
    }

    private void choose() {
        Sentinel newest = null;
        for (var sentinel : all) {
            if (sentinel.age <= FRESH
                    && !sentinel.master.isEmpty()
                    && (newest == null || sentinel.epoch > newest.epoch)) {
                newest = sentinel;
            }
        }
        if (newest == null || isOld(newest.epoch) || newest.master.equals(master)) {
            return; // while no sentinel answers, the last master stays
        }
        var before = master;
        master = newest.master;
        if (before != null) {
            LOG.warnf("the master of %s is now %s", clients.masterName(), master);
            clients.forget(before);
            switched.run();
        }
    }
}
