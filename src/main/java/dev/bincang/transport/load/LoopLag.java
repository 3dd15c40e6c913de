package dev.bincang.transport.load;

import dev.bincang.BincangConfig;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Measures the lag of the event loops: how much later than scheduled a task runs. A loop that stands still once, even
 * for a second, is not overloaded: the first clients of a new pod make it load classes. A loop whose tasks stay late
 * is.
 */
@Singleton
public class LoopLag {

    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    /** How much longer than the limit itself a loop may go without a task in time. */
    private static final long LASTING = TimeUnit.SECONDS.toNanos(2);

    /** The lag of one event loop. Written on that loop, read on any thread. */
    static final class Watch {

        private final long max;
        private volatile long due;
        private volatile long lag;
        /** When a task last ran in time. */
        private volatile long inTime;

        /**
         * @param max the largest lag of a task that is in time, in nanoseconds
         * @param now of {@link System#nanoTime}
         */
        Watch(long max, long now) {
            this.max = max;
            inTime = now;
            due = now + EVERY;
        }

        private void repeat(EventExecutor loop) {
            var _ = loop.schedule(
                    () -> {
                        ran(System.nanoTime());
                        repeat(loop);
                    },
                    EVERY,
                    TimeUnit.NANOSECONDS);
        }

        /** The task runs now. The next one is due after {@link #EVERY}. */
        void ran(long now) {
            var late = now - due;
            if (late <= max) {
                inTime = now;
            }
            lag = Math.max(late, lag / 2); // decays within a second or two
            due = now + EVERY;
        }

        /** Nanoseconds. A loop that hangs cannot tell its lag, so a task that is due counts as well. */
        long nanos(long now) {
            return Math.max(lag, now - due);
        }

        /** Whether no task has run in time for too long. One that does ends it. */
        boolean overloaded(long now) {
            return now - inTime > max + LASTING;
        }
    }

    private final long max;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    @Inject
    LoopLag(BincangConfig config) {
        this(config.connection().maxLag());
    }

    LoopLag(Duration max) {
        this.max = max.toNanos();
    }

    void start(@Observes StartupEvent event, Vertx vertx) {
        ((VertxInternal) vertx).getEventLoopGroup().forEach(loop -> {
            var watch = new Watch(max, System.nanoTime());
            watches.add(watch);
            watch.repeat(loop);
        });
    }

    /** The lag of the slowest loop. It remembers a late task for a second or two. */
    public Duration worst() {
        var now = System.nanoTime();
        return Duration.ofNanos(Math.max(
                0, watches.stream().mapToLong(watch -> watch.nanos(now)).max().orElse(0)));
    }

    /** Whether a loop has lagged by more than {@code bincang.connection.max-lag} for two seconds, and still does. */
    public boolean overloaded() {
        var now = System.nanoTime();
        return watches.stream().anyMatch(watch -> watch.overloaded(now));
    }
}
