package dev.bincang.transport.load;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Admits connections up to a maximum in all and per address. Admits none while an event loop is overloaded or the
 * pod ends. Any thread.
 */
@Singleton
public class Admission {

    /** The description of the gauge of connections. Each transport has its own gauge. */
    public static final String CONNECTIONS = "Connections open on this pod, by transport.";

    /** Once full, a pod stays full until one in this many of its places is free: 5 %. */
    private static final int FREE_OF = 20;

    private static final long ELSEWHERE_MS = 1_000;
    private static final long LATER_MS = 5_000;

    private final LoopLag lag;
    private final int max;
    private final int maxPerAddress;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();
    private volatile boolean full;
    private volatile boolean ending;

    Admission(LoopLag lag, BincangConfig config) {
        this.lag = lag;
        max = config.connection().max();
        maxPerAddress = config.connection().maxPerAddress();
    }

    /** Admits a connection, which must call {@link #left} at its end. Null if it is admitted, else the reason. */
    public @Nullable Refusal admit(String address) {
        var count = open.incrementAndGet();
        if (count >= max) {
            full = true;
        }
        var refusal = against(count > max);
        if (refusal == null && maxPerAddress > 0 && addresses.merge(address, 1, Integer::sum) > maxPerAddress) {
            forget(address);
            refusal = unavailable("this address has reached its maximum of connections", LATER_MS);
        }
        if (refusal != null) {
            open.decrementAndGet();
        }
        return refusal;
    }

    /** An admitted connection has ended. */
    public void left(String address) {
        if (open.decrementAndGet() <= max - max / FREE_OF) {
            full = false;
        }
        forget(address);
    }

    private void forget(String address) {
        addresses.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
    }

    /** Why this pod refuses new connections, or null while it takes them. */
    public @Nullable Refusal against() {
        return against(full);
    }

    private @Nullable Refusal against(boolean tooMany) {
        if (ending) {
            return unavailable("this pod is shutting down", ELSEWHERE_MS);
        }
        if (tooMany) {
            return unavailable("this pod has reached its maximum of connections", LATER_MS);
        }
        return lag.overloaded() ? unavailable("this pod is overloaded", LATER_MS) : null;
    }

    /** Spreads the retries between {@code retryAfterMs} and twice that time, in milliseconds. */
    private static Refusal unavailable(String why, long retryAfterMs) {
        return new Refusal(
                ErrorCode.UNAVAILABLE,
                why,
                retryAfterMs + ThreadLocalRandom.current().nextLong(retryAfterMs));
    }

    /** Refuses every further connection: the pod is ending. */
    public void end() {
        ending = true;
    }

    public boolean ending() {
        return ending;
    }

    /** Connections admitted and not ended. */
    public int open() {
        return open.get();
    }
}
