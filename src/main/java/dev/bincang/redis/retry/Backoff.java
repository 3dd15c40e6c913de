package dev.bincang.redis.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Back-off with jitter: the delays between attempts. Each delay is random, so that clients that failed together do not
 * come back together. The upper bound doubles with each failure, up to a limit. For one thread.
 */
public final class Backoff {

    private final Duration first;
    private final Duration longest;
    private Duration next;

    public Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        next = first;
    }

    /** The delay after another failure: between half of the current bound and the whole. */
    public Duration failed() {
        var bound = next;
        var twice = next.multipliedBy(2);
        next = twice.compareTo(longest) > 0 ? longest : twice;
        return between(bound.dividedBy(2), bound);
    }

    public void succeeded() {
        next = first;
    }

    /** A random duration around {@code mean}: between half of it and one and a half times. */
    public static Duration about(Duration mean) {
        return between(mean.dividedBy(2), mean.multipliedBy(3).dividedBy(2));
    }

    private static Duration between(Duration least, Duration most) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(least.toNanos(), most.toNanos() + 1));
    }
}
