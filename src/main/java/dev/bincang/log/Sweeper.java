package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Looks at the rooms that are due, at the sweep interval: trims their logs, and forgets idempotency keys and the pace
 * of visitors. A room that holds any of these is due once in {@code bincang.keys.time}, or earlier if its oldest
 * event becomes too old. A room that holds none costs nothing. A lease in Redis lets only one pod sweep; it lasts nine
 * tenths of the interval.
 */
@Singleton
class Sweeper {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);
    /** How many rooms of a bucket are read at once. */
    private static final int BATCH = 100;

    private final RedisCommands link;
    private final Keys keys;
    private final Sweep sweep;
    private final Duration interval;
    private final Vertx vertx;
    private long timer;

    Sweeper(RedisCommands link, Keys keys, Sweep sweep, BincangConfig config, Vertx vertx) {
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

    /**
     * Sweeps if no other pod holds the lease, or if Redis does not give it, because it is full. Returns the number of events
     * removed, else 0.
     */
    Uni<Long> tryToSweep() {
        return link.setIfAbsent(keys.sweeper(), "1", interval.multipliedBy(9).dividedBy(10))
                .onFailure(Refusal.class)
                .recoverWithItem(true)
                .chain(mine -> mine ? sweep() : Uni.createFrom().item(0L));
    }

    /** Sweeps the rooms of each bucket that are due now, by Redis' clock. */
    private Uni<Long> sweep() {
        return sum(
                keys.rooms(),
                rooms -> link.time(rooms)
                        .chain(now -> sweepBucket(rooms, now))
                        .onFailure(Refusal.class)
                        .recoverWithItem(failure -> {
                            LOG.debugf("the rooms of %s are swept later: %s", rooms, failure.getMessage());
                            return 0L;
                        }));
    }

    private Uni<Long> sweepBucket(String rooms, long now) {
        var stuck = new boolean[1];
        return link.call("ZRANGEBYSCORE", rooms, "-inf", now, "LIMIT", 0, BATCH)
                .chain(due -> sum(due.texts(), room -> sweepRoom(rooms, room, now, stuck))
                        .chain(sum -> due.size() < BATCH || stuck[0]
                                ? Uni.createFrom().item(sum)
                                : sweepBucket(rooms, now).map(more -> sum + more)));
    }

    private static Uni<Long> sum(List<String> all, Function<String, Uni<Long>> each) {
        return Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(each::apply)
                .collect()
                .in(() -> new long[1], (sum, removed) -> sum[0] += removed)
                .map(sum -> sum[0]);
    }

    /**
     * The number of events removed. A room that cannot be swept waits for the next sweep, so that the others have their turn.
     *
     * @param stuck set if Redis refuses; a full one still frees what other rooms need not keep
     */
    private Uni<Long> sweepRoom(String rooms, String room, long now, boolean[] stuck) {
        return Uni.createFrom()
                .deferred(() -> sweep.room(new RoomId(room)))
                .onFailure(Refusal.class)
                .recoverWithItem(failure -> {
                    stuck[0] = true;
                    LOG.debugf("the room %s is swept later: %s", room, failure.getMessage());
                    return 0L;
                })
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.errorf("the room %s cannot be swept: %s", room, failure.getMessage());
                    return link.call("ZADD", rooms, "XX", now + interval.toMillis(), room)
                            .replaceWith(0L);
                });
    }
}
