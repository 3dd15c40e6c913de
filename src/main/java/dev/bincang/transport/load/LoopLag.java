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

/** How late the event loops are: what they were to do at a certain moment, they do so much later. */
@Singleton
public class LoopLag {

    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    /** One event loop's. Written on it, read by anybody. */
    private static final class Watch {

        private volatile long due = System.nanoTime() + EVERY;
        private volatile long lag;

        void ran(EventExecutor loop) {
            var now = System.nanoTime();
            lag = Math.max(now - due, lag / 2); // forgotten within a second or two, not at once
            due = now + EVERY;
            schedule(loop);
        }

        void schedule(EventExecutor loop) {
            var _ = loop.schedule(() -> ran(loop), EVERY, TimeUnit.NANOSECONDS);
        }

        /** One that hangs has not yet found out itself. */
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

    /** The worst loop's. */
    public Duration worst() {
        var now = System.nanoTime();
        return Duration.ofNanos(Math.max(
                0, watches.stream().mapToLong(watch -> watch.nanos(now)).max().orElse(0)));
    }
}
