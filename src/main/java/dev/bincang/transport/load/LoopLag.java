package dev.bincang.transport.load;

import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Measures the lag of the event loops: how much later than scheduled a task runs. */
@Singleton
public class LoopLag {

    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    /** The lag of one event loop. Written on that loop, read on any thread. */
    private static final class Watch {

        private volatile long due = System.nanoTime() + EVERY;
        private volatile long lag;

        void ran(EventExecutor loop) {
            var now = System.nanoTime();
            lag = Math.max(now - due, lag / 2); // decays within a second or two
            due = now + EVERY;
            schedule(loop);
        }

        void schedule(EventExecutor loop) {
            var _ = loop.schedule(() -> ran(loop), EVERY, TimeUnit.NANOSECONDS);
        }

        /** Nanoseconds. A loop that hangs cannot tell its lag, so a task that is due counts as well. */
        long nanos(long now) {
            return Math.max(lag, now - due);
        }
    }

    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    void start(@Observes StartupEvent event, Vertx vertx) {
        ((VertxInternal) vertx).getEventLoopGroup().forEach(loop -> {
            var watch = new Watch();
            watches.add(watch);
            watch.schedule(loop);
        });
    }

    /** The lag of the slowest loop. */
    public Duration worst() {
        var now = System.nanoTime();
        return Duration.ofNanos(Math.max(
                0, watches.stream().mapToLong(watch -> watch.nanos(now)).max().orElse(0)));
    }
}
