package dev.bincang.ops;

import dev.bincang.BincangConfig;
import dev.bincang.cluster.Pods;
import dev.bincang.cluster.Pods.Census;
import dev.bincang.transport.load.Admission;
import dev.bincang.transport.load.Relocation;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Renews this pod's lease, and moves clients to other pods when this pod has too many. After a scale-up, new
 * connections alone would take days to even out. Each heartbeat moves a quarter of the surplus. Nothing moves while
 * another pod is ending, because that pod already moves clients.
 */
@Singleton
class Rebalance {

    private static final Logger LOG = Logger.getLogger(Rebalance.class);

    /** Rebalancing begins at this ratio to the mean, three heartbeats in a row, and stops at {@link #END}. */
    private static final double BEGIN = 1.10;

    private static final int PATIENCE = 3;
    private static final double END = 1.03;
    /** A smaller surplus is ignored as chance. */
    private static final int FEW = 8;

    private static final double STEP = 0.25;

    private final Pods pods;
    private final Relocation relocation;
    private final Admission admission;
    private final boolean on;
    private final Timer roundTrip;
    private final Vertx vertx;
    private long timer;
    private volatile int known;
    private int above;

    Rebalance(
            Vertx vertx,
            Pods pods,
            Relocation relocation,
            Admission admission,
            BincangConfig config,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.pods = pods;
        this.relocation = relocation;
        this.admission = admission;
        on = config.drain().rebalance();
        Gauge.builder("bincang_pods", this, of -> of.known)
                .description("Pods that share this Redis, as of this pod's last heartbeat")
                .register(registry);
        roundTrip = Timer.builder("bincang_redis_round_trip_seconds")
                .description("Time that Redis takes for a small command, measured with each heartbeat.")
                .serviceLevelObjectives(Metrics.BUCKETS)
                .register(registry);
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(0, Pods.HEARTBEAT.toMillis(), _ -> beat());
    }

    /** Cancels the timer. In dev mode Vert.x outlives the application, and so would the timer. */
    @PreDestroy
    void stop() {
        vertx.cancelTimer(timer);
    }

    private void beat() {
        if (admission.ending()) {
            return;
        }
        var mine = relocation.staying();
        var began = System.nanoTime();
        pods.renew(mine)
                .subscribe()
                .with(
                        census -> {
                            roundTrip.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
                            heard(mine, census);
                        },
                        failure -> LOG.debugf("lease not renewed: %s", failure.getMessage()));
    }

    private void heard(int mine, Census census) {
        known = census.pods();
        var mean = census.mean();
        var surplus = mine - mean;
        above = census.ending() == 0 && surplus > FEW && mine > mean * (above >= PATIENCE ? END : BEGIN)
                ? above + 1
                : 0;
        if (on && above >= PATIENCE) {
            LOG.infof("%d connections, the mean is %.0f: moving some to other pods", mine, mean);
            relocation.some(STEP * surplus / mine, Pods.HEARTBEAT);
        }
    }
}
