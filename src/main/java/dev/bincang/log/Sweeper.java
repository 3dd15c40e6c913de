package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.LogConfig;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Script;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Trims logs by age and by size, at the sweep interval. An append trims by count and, once in a while, by size. A lease
 * in Redis lets only one pod sweep; it lasts nine tenths of the interval.
 */
@Singleton
class Sweeper {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);

    private final CommandLink link;
    private final Script sweep;
    private final LogConfig config;
    private final Vertx vertx;
    private long timer;

    Sweeper(CommandLink link, BincangConfig config, Vertx vertx) {
        this.vertx = vertx;
        this.link = link;
        this.config = config.log();
        sweep = new Script(link, Script.source(Sweeper.class, "trim.lua"), Script.source(Sweeper.class, "sweep.lua"));
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(
                config.sweepInterval().toMillis(),
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
        return link.setIfAbsent(
                        Keys.SWEEPER,
                        "1",
                        config.sweepInterval().multipliedBy(9).dividedBy(10))
                .chain(mine -> mine ? sweep() : Uni.createFrom().item(0L));
    }

    private Uni<Long> sweep() {
        return Multi.createBy()
                .repeating()
                .uni(() -> new String[] {"0"}, at -> link.scan(at[0], Keys.LOGS).invoke(step -> at[0] = step.cursor()))
                .whilst(step -> !step.cursor().equals("0"))
                .onItem()
                .<String>transformToIterable(CommandLink.Scan::items)
                .onItem()
                .transformToUniAndConcatenate(this::sweep)
                .collect()
                .in(() -> new long[1], (sum, removed) -> sum[0] += removed)
                .map(sum -> sum[0]);
    }

    private Uni<Long> sweep(String log) {
        var size = log.equals(Keys.log(RoomId.AUDIT)) ? config.auditSize() : config.maxSize();
        return sweep.run(Keys.besideLog(log), config.maxAge().toMillis(), size.asLongValue())
                .map(reply -> reply.number());
    }
}
