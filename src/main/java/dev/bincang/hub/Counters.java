package dev.bincang.hub;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * What the fan-out has done, counted since the start, and how long it took: when this pod accepted the commands it
 * appended lately is kept by the tag it drew for them, so the time to delivery is measured on one clock.
 */
@Singleton
public class Counters {

    private static final int SLOTS = 4096;

    /** Events this pod has given to the log; duplicates are none. */
    public final LongAdder appended = new LongAdder();
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

    private final AtomicLongArray tags = new AtomicLongArray(SLOTS);
    private final AtomicLongArray times = new AtomicLongArray(SLOTS);
    private volatile LongConsumer latency = _ -> {};

    /** Who wants each event's nanoseconds from accepted to written, once per event loop that wrote it. */
    public void onLatency(LongConsumer consumer) {
        latency = consumer;
    }

    /**
     * The command with this tag has just been accepted. Slots are simply written over.
     *
     * @param nanos of {@link System#nanoTime}
     */
    public void accepted(long tag, long nanos) {
        var slot = (int) (tag & (SLOTS - 1));
        tags.setPlain(slot, -1);
        times.setPlain(slot, nanos);
        tags.setRelease(slot, tag);
    }

    /** The event with this tag has been written; counts if it was accepted here. */
    void written(long tag, long nanos) {
        var slot = (int) (tag & (SLOTS - 1));
        if (tags.getAcquire(slot) == tag) {
            latency.accept(nanos - times.getPlain(slot));
        }
    }
}
