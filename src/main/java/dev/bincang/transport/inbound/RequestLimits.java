package dev.bincang.transport.inbound;

import dev.bincang.BincangConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The maximum size of a request, the time it may take to arrive, and the bytes that a pod holds: of bodies that arrive,
 * and of answers that clients have not read. Any thread.
 */
@Singleton
class RequestLimits {

    private final Duration time;
    private final long maxBody;
    private final long maxHeld;
    private final AtomicLong bodies = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();

    RequestLimits(
            BincangConfig config, @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
        time = config.http().requestTime();
        this.maxBody = maxBody.asLongValue();
        maxHeld = config.http().bodies().asLongValue();
        check();
        if (config.connection().maxOther() < 1) {
            throw new ConfigurationException("bincang.connection.max-other: a number from 1");
        }
    }

    private void check() {
        if (!time.isPositive()) {
            throw new ConfigurationException("bincang.http.request-time: a time above zero, like 20s");
        }
        if (maxHeld < maxBody) {
            throw new ConfigurationException(
                    "bincang.http.bodies: at least one body's size, quarkus.http.limits.max-body-size");
        }
    }

    Duration time() {
        return time;
    }

    long maxBody() {
        return maxBody;
    }

    /**
     * Reserves bytes for a body, until {@link #drop}. False, and nothing is reserved, if the pod would then hold too
     * many.
     */
    boolean hold(long bytes) {
        if (bodies.addAndGet(bytes) <= maxHeld) {
            return true;
        }
        bodies.addAndGet(-bytes);
        return false;
    }

    void drop(long bytes) {
        bodies.addAndGet(-bytes);
    }

    /**
     * Counts bytes of answers that a client has not read; negative if it has read some. False if the pod then holds too
     * many: the caller must close the connection.
     */
    boolean unread(long bytes) {
        return answers.addAndGet(bytes) <= maxHeld || bytes <= 0;
    }
}
