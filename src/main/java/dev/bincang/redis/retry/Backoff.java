package dev.bincang.redis.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays between tries. Each is random, so that those who failed together do not come back together; the longest one
 * doubles with each failure, up to a bound. For one thread.
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

    /** Another failure: how long to wait, between half and all of the present bound. */
    public Duration failed() {
        var bound = next;
        var twice = next.multipliedBy(2);
        next = twice.compareTo(longest) > 0 ? longest : twice;
        return between(bound.dividedBy(2), bound);
    }

    public void succeeded() {
        next = first;
    }

    /** About as long as {@code mean}: half of it to one and a half. */
    public static Duration about(Duration mean) {
        return between(mean.dividedBy(2), mean.multipliedBy(3).dividedBy(2));
    }

    private static Duration between(Duration least, Duration most) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(least.toNanos(), most.toNanos() + 1));
    }
}
