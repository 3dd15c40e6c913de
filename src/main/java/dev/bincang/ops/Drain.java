package dev.bincang.ops;

import dev.bincang.BincangConfig;
import dev.bincang.cluster.Pods;
import dev.bincang.cluster.Pods.Census;
import dev.bincang.transport.http.Requests;
import dev.bincang.transport.load.Admission;
import dev.bincang.transport.load.Relocation;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Ends a pod without losing anything (SIGTERM). The pod becomes unready and refuses new connections. Each client gets
 * its own time to reconnect to another pod. Commands in flight are answered. The pod ends when its last client has
 * left.
 */
@Singleton
class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    /** Time for the last clients to answer the close frame. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(20);
    /**
     * How often the pod looks for clients that connected while it stopped accepting connections, and moves them too.
     */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Admission admission;
    private final Requests requests;
    private final Relocation relocation;
    private final Pods pods;
    private final Duration time;

    Drain(Admission admission, Requests requests, Relocation relocation, Pods pods, BincangConfig config) {
        this.admission = admission;
        this.requests = requests;
        this.relocation = relocation;
        this.pods = pods;
        time = config.drain().time();
    }

    /**
     * Drains the pod. Runs on the thread that ends the application, and blocks it until the pod is empty or the time is
     * over.
     */
    void end(@Observes ShutdownDelayInitiatedEvent event) {
        var begun = System.nanoTime();
        admission.end();
        LOG.infof("shutting down: moving %d connections to other pods within %s", admission.open(), time);
        var end = begun + time.toNanos();
        var last = end + MARGIN.toNanos();
        var tell = begun;
        for (var now = begun;
                now < last && isBusy() && !Thread.currentThread().isInterrupted();
                now = System.nanoTime()) {
            if (now >= tell) {
                say(pods.ending());
                relocation.all(Duration.ofNanos(Math.max(0, end - now)));
                tell = now + AGAIN.toNanos();
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        if (isBusy()) {
            LOG.warnf(
                    "the drain time is over: closing %d connections and %d requests",
                    admission.open(), requests.open());
        }
        say(pods.leave());
    }

    private static void say(Uni<Census> lease) {
        lease.subscribe()
                .with(_ -> {}, failure -> LOG.debugf("could not tell the other pods: %s", failure.getMessage()));
    }

    private boolean isBusy() {
        return admission.open() + requests.open() > 0;
    }
}
