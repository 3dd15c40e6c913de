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
 * The end of a pod that loses nothing (SIGTERM). It becomes unready and takes no connection any more; each client is sent
 * elsewhere at a moment of its own; what is asked is answered; as soon as the last one is gone, so is the pod.
 */
@Singleton
class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    /** For those who were told last to answer the close frame. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(20);
    /** How often those are told who came in by a door that was just being closed. */
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

    /** On the thread that ends the application, which goes on when this returns. */
    void end(@Observes ShutdownDelayInitiatedEvent event) {
        var begun = System.nanoTime();
        admission.end();
        LOG.infof("ending: %d connections go elsewhere within %s", admission.open(), time);
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
            LOG.warnf("%d connections and %d requests are cut off", admission.open(), requests.open());
        }
        say(pods.leave());
    }

    private static void say(Uni<Census> lease) {
        lease.subscribe().with(_ -> {}, failure -> LOG.debugf("others do not hear of it: %s", failure.getMessage()));
    }

    private boolean isBusy() {
        return admission.open() + requests.open() > 0;
    }
}
