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
 * Trims logs by age and by size; the append does it by count and, in between, by size. One pod at a time, under a lease that outlives a sweep's
 * interval.
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
                                failure -> LOG.warnf("sweep put off: %s", failure.getMessage())));
    }

    /** In dev mode Vert.x outlives the application, and so would the timer. */
    @PreDestroy
    void stop() {
        vertx.cancelTimer(timer);
    }

    /** The number of events removed; 0 where another pod is at it. */
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
