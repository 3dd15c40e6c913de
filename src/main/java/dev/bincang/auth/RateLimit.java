package dev.bincang.auth;

/** A token bucket: so many at once, so many per second in the long run. Not for several threads. */
public final class RateLimit {

    private static final int PATIENCE = 5;

    private final double perNano;
    private final int burst;
    private double tokens;
    private long at;
    /** Refused more often than let through: so many times. */
    private int impatience;

    /**
     * A full bucket.
     *
     * @param now of {@link System#nanoTime}
     */
    public RateLimit(double perSecond, int burst, long now) {
        perNano = perSecond / 1e9;
        this.burst = burst;
        tokens = burst;
        at = now;
    }

    /** Takes one: 0 if there was one, else the milliseconds until there will be. */
    public long take(long now) {
        return take(now, 1);
    }

    /** Takes so many at once or none, as {@link #take(long)}; more than the burst are taken for the burst. */
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

    /** 0 if there is one to take, else the milliseconds until there will be. */
    long look(long now) {
        return look(now, 1);
    }

    private long look(long now, int count) {
        tokens = Math.min(burst, tokens + (now - at) * perNano);
        at = now;
        return tokens >= count ? 0 : Math.max(1, (long) Math.ceil((count - tokens) / perNano / 1e6));
    }

    /** Whether nothing was taken for so long that it is as new. */
    boolean isFull(long now) {
        look(now);
        return tokens >= burst;
    }

    /** Whether it was asked in vain so often, five bursts, that nobody can be waiting as long as told. */
    public boolean ignored() {
        return impatience > PATIENCE * burst;
    }
}
