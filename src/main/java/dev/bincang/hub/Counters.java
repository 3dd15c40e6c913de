package dev.bincang.hub;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** What the fan-out has done, counted since the start. */
@Singleton
public class Counters {

    /** Frames written to connections. */
    public final LongAdder delivered = new LongAdder();
    /** Times a feed compared itself with the log. */
    public final LongAdder verifies = new LongAdder();
    /** Reads of the log for subscriptions that catch up. */
    public final LongAdder pages = new LongAdder();
    /** Gap frames written. */
    public final LongAdder gaps = new LongAdder();
    /** Reset frames written. */
    public final LongAdder resets = new LongAdder();
    /** Times a live subscription fell back to reading the log. */
    public final LongAdder slow = new LongAdder();
    /** Rooms followed now. */
    public final LongAdder feeds = new LongAdder();

    private volatile LongConsumer latency = _ -> {};

    /** Who wants each event's nanoseconds from accepted to written, once per event loop that wrote it. */
    public void onLatency(LongConsumer consumer) {
        latency = consumer;
    }

    void latency(long nanos) {
        latency.accept(nanos);
    }
}
