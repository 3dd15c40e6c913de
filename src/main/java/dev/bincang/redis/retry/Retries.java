package dev.bincang.redis.retry;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Retries a failed action after about the same time each, and logs the cause at most once a minute. Callable from any
 * thread.
 */
public final class Retries {

    private final SeldomLog log;
    private final String what;
    private final Duration mean;

    /**
     * @param what the failed action, as a sentence; a colon and the cause follow it
     * @param meanMs the mean delay in milliseconds
     */
    public Retries(Logger log, String what, long meanMs) {
        this.log = new SeldomLog(log);
        this.what = what;
        mean = Duration.ofMillis(meanMs);
    }

    /** The delay after this failure: half to one and a half of the mean. */
    public Duration after(Throwable failure) {
        log.warn(what + ": " + failure.getMessage());
        return Backoff.about(mean);
    }
}
