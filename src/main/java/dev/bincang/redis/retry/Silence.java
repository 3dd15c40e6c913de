package dev.bincang.redis.retry;

import java.time.Duration;

/**
 * How long an answer has been due, in time during which this pod's event loop ran. What the loop slept through, because
 * the pod had no CPU or was paused, is not the other side's silence: the answer may lie in the socket, unread.
 *
 * <p>Between two ticks at most one interval counts, however late the second one is. Used on one event loop.
 */
public final class Silence {

    private static final long NONE = -1;

    private final long interval;
    private final long timeout;
    private long lastTick;
    private long time;
    private long dueSince = NONE;

    public Silence(Duration interval, Duration timeout) {
        this.interval = interval.toNanos();
        this.timeout = timeout.toNanos();
    }

    /** Called each interval. */
    public void tick(long nanoTime) {
        if (lastTick != 0) {
            time += Math.min(Math.max(0, nanoTime - lastTick), interval);
        }
        lastTick = nanoTime;
    }

    /** From now on an answer is due, unless one was already. */
    public void due() {
        if (dueSince == NONE) {
            dueSince = time;
        }
    }

    /** Something came: what else is due is due from now on. */
    public void progress() {
        if (dueSince != NONE) {
            dueSince = time;
        }
    }

    /** Nothing is due any more. */
    public void answered() {
        dueSince = NONE;
    }

    public boolean tooLong() {
        return dueSince != NONE && time - dueSince > timeout;
    }
}
