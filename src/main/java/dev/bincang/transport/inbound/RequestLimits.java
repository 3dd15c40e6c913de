package dev.bincang.transport.inbound;

import dev.bincang.BincangConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
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
            BincangConfig config,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody,
            MeterRegistry registry) {
        time = config.http().requestTime();
        this.maxBody = maxBody.asLongValue();
        maxHeld = config.http().bodies().asLongValue();
        Gauge.builder("bincang_unfinished_body_bytes", bodies, AtomicLong::get)
                .description("bytes of the bodies of unfinished requests")
                .register(registry);
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
