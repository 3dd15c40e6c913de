package dev.bincang.redis.retry;

import java.time.Duration;
import org.jboss.logging.Logger;

/** Tries again what failed, in about the same time each, and says why once a minute. Callable from any thread. */
public final class Retries {

    private final SeldomLog log;
    private final String what;
    private final Duration mean;

    /**
     * @param what is tried again, as a sentence that a colon and the cause follow
     * @param meanMs milliseconds to wait, on average
     */
    public Retries(Logger log, String what, long meanMs) {
        this.log = new SeldomLog(log);
        this.what = what;
        mean = Duration.ofMillis(meanMs);
    }

    /** How long to wait after this failure: half to one and a half of the mean. */
    public Duration after(Throwable failure) {
        log.warn(what + ": " + failure.getMessage());
        return Backoff.about(mean);
    }
}
