package dev.bincang.redis.retry;

import java.time.Duration;

/**
 * Measures how long an answer has been due. It counts only time in which this pod's event loop ran. If the pod had no
 * CPU or was paused, the other side was not silent: its answer may be in the socket, unread.
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

    /** Called at each interval. */
    public void tick(long nanoTime) {
        if (lastTick != 0) {
            time += Math.min(Math.max(0, nanoTime - lastTick), interval);
        }
        lastTick = nanoTime;
    }

    /** An answer is due from now on, unless one was due already. */
    public void due() {
        if (dueSince == NONE) {
            dueSince = time;
        }
    }

    /** Something came. If another answer is due, its time starts again now. */
    public void progress() {
        if (dueSince != NONE) {
            dueSince = time;
        }
    }

    /** No answer is due any more. */
    public void answered() {
        dueSince = NONE;
    }

    public boolean tooLong() {
        return dueSince != NONE && time - dueSince > timeout;
    }
}
