package dev.bincang.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Checks how long something took. A machine that is ten times busier may take ten times longer. So if a limit is
 * exceeded, this measures how busy the machine is. On a quiet machine the limit is exact.
 */
public final class Promptness {

    private static final long SAMPLE_NANOS = 50_000_000;

    private final long begun = System.nanoTime();

    private Promptness() {}

    /** Starts to measure the time. */
    public static Promptness begin() {
        return new Promptness();
    }

    /** Waits for a condition. Fails if that takes longer than {@code limit}, in the time of a quiet machine. */
    public static void awaitWithin(Duration limit, Callable<Boolean> condition) {
        var time = begin();
        Waits.await().until(condition);
        time.assertWithin(limit);
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Fails if more than this time has passed, in the time of a quiet machine. */
    public void assertWithin(Duration limit) {
        assertWithin(limit, elapsed());
    }

    /** Fails if {@code took} is longer than {@code limit}, in the time of a quiet machine. */
    public static void assertWithin(Duration limit, Duration took) {
        if (took.compareTo(limit) > 0) {
            var busyness = busyness();
            assertTrue(
                    took.toNanos() <= limit.toNanos() * busyness,
                    "%d ms, on a machine that is %.1f times busier".formatted(took.toMillis(), busyness));
        }
    }

    /** How many times longer a thread takes here than if it had a CPU for itself; 1 on a quiet machine. */
    public static double busyness() {
        var sample = new CompletableFuture<Double>();
        Thread.ofPlatform().start(() -> sample.complete(sample())); // the CPU time of a virtual thread is unknown
        return sample.join();
    }

    private static double sample() {
        var threads = ManagementFactory.getThreadMXBean();
        var cpu = threads.getCurrentThreadCpuTime();
        var start = System.nanoTime();
        while (threads.getCurrentThreadCpuTime() - cpu < SAMPLE_NANOS) {
            Thread.onSpinWait();
        }
        return Math.max(1, (double) (System.nanoTime() - start) / (threads.getCurrentThreadCpuTime() - cpu));
    }
}
