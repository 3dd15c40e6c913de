package dev.bincang.auth;

/** A token bucket: it allows a burst at once, and a rate per second in the long run. Not thread-safe. */
public final class RateLimit {

    private static final int PATIENCE = 5;

    private final double perNano;
    private final int burst;
    private double tokens;
    private long at;
    /** How many more times a request was refused than granted. */
    private int impatience;

    /**
     * Makes a full bucket.
     *
     * @param now of {@link System#nanoTime}
     */
    public RateLimit(double perSecond, int burst, long now) {
        perNano = perSecond / 1e9;
        this.burst = burst;
        tokens = burst;
        at = now;
    }

    /** Takes one token. Returns 0 if there was one, otherwise the milliseconds until there is one. */
    public long take(long now) {
        return take(now, 1);
    }

    /**
     * Takes {@code count} tokens at once, or none. Returns as {@link #take(long)}. A count above the burst counts as
     * the burst.
     */
    public long take(long now, int count) {
        var some = Math.min(count, burst);
        var waitMs = look(now, some);
        if (waitMs == 0) {
            tokens -= some;
            impatience = Math.max(0, impatience - 1);
        } else {
            impatience++;
        }
        return waitMs;
    }

    /** Returns 0 if there is a token, otherwise the milliseconds until there is one. Takes nothing. */
    long look(long now) {
        return look(now, 1);
    }

    private long look(long now, int count) {
        tokens = Math.min(burst, tokens + (now - at) * perNano);
        at = now;
        return tokens >= count ? 0 : Math.max(1, (long) Math.ceil((count - tokens) / perNano / 1e6));
    }

    /** Whether the bucket is full again, as after a long pause. */
    boolean isFull(long now) {
        look(now);
        return tokens >= burst;
    }

    /** Whether the client ignores the waiting times: its refused requests exceed five bursts. */
    public boolean ignored() {
        return impatience > PATIENCE * burst;
    }
}
