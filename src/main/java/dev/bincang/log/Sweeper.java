package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Looks at the rooms that are due, at the sweep interval: trims their logs by age, and forgets idempotency keys and the
 * pace of visitors. A room that holds any of these is due once in {@code bincang.keys.time}, or earlier if its oldest
 * event becomes too old. A room that holds none costs nothing. A lease in Redis lets only one pod sweep; it lasts nine
 * tenths of the interval.
 */
@Singleton
class Sweeper {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);
    /** How many rooms of a bucket are read at once. */
    private static final int BATCH = 100;

    private final CommandLink link;
    private final Keys keys;
    private final Sweep sweep;
    private final Duration interval;
    private final Vertx vertx;
    private long timer;

    Sweeper(CommandLink link, Keys keys, Sweep sweep, BincangConfig config, Vertx vertx) {
        this.keys = keys;
        this.vertx = vertx;
        this.link = link;
        this.sweep = sweep;
        interval = config.log().sweepInterval();
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(
                interval.toMillis(),
                _ -> tryToSweep()
                        .subscribe()
                        .with(
                                removed -> LOG.debugf("swept %d events", removed),
                                failure -> LOG.warnf("sweep postponed: %s", failure.getMessage())));
    }

    /** Cancels the timer: in dev mode Vert.x outlives the application, and the timer would too. */
    @PreDestroy
    void stop() {
        vertx.cancelTimer(timer);
    }

    /** Sweeps if no other pod holds the lease. Returns the number of events removed, else 0. */
    Uni<Long> tryToSweep() {
        return link.setIfAbsent(keys.sweeper(), "1", interval.multipliedBy(9).dividedBy(10))
                .chain(mine -> mine ? sweep() : Uni.createFrom().item(0L));
    }

    /** Looks at the rooms of each bucket that are due. */
    private Uni<Long> sweep() {
        return Multi.createFrom()
                .iterable(keys.rooms())
                .onItem()
                .transformToUniAndConcatenate(this::sweepBucket)
                .collect()
                .in(() -> new long[1], (sum, removed) -> sum[0] += removed)
                .map(sum -> sum[0]);
    }

    /** A room that cannot be swept does not keep the others from it. */
    private Uni<Long> sweepBucket(String rooms) {
        return link.call("ZRANGEBYSCORE", rooms, "-inf", System.currentTimeMillis(), "LIMIT", 0, BATCH)
                .chain(due -> Multi.createFrom()
                        .iterable(due.texts())
                        .onItem()
                        .transformToUniAndConcatenate(this::sweepRoom)
                        .collect()
                        .in(() -> new long[2], (sum, removed) -> sum[removed < 0 ? 1 : 0] += removed)
                        .chain(sum -> due.size() < BATCH || sum[1] < 0
                                ? Uni.createFrom().item(sum[0])
                                : sweepBucket(rooms).map(more -> sum[0] + more)));
    }

    /** The number of events removed; -1 if the room's data could not be swept. Fails with {@code unavailable}. */
    private Uni<Long> sweepRoom(String room) {
        return sweep.room(new RoomId(room))
                .onFailure(failure -> !(failure instanceof Refusal))
                .recoverWithItem(failure -> {
                    LOG.errorf("the room %s cannot be swept: %s", room, failure.getMessage());
                    return -1L;
                });
    }
}
