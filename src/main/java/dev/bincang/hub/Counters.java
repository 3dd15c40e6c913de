package dev.bincang.hub;

import dev.bincang.hub.signal.WaitingSignals;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * Counts what the fan-out has done since the start, and measures how long delivery takes. For each recent command that
 * this pod appended, it keeps the time of acceptance under the tag that the pod drew for the event. So the time to
 * delivery is measured on one clock.
 */
@Singleton
public class Counters {

    private static final int SLOTS = 4096;

    /** Events that this pod appended to the log, without duplicates. */
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
    /** Signals that this pod has published. */
    public final LongAdder signalsPublished = new LongAdder();
    /** Signals written to connections. */
    public final LongAdder signalsDelivered = new LongAdder();
    /** Signals that a newer one of the same key has replaced before they were written, once per event loop. */
    public final LongAdder signalsCoalesced = new LongAdder();
    /**
     * Signals that were not written: once per connection that could not take one, once per event loop where too many
     * waited, and once per room that could not pass one on.
     */
    public final LongAdder signalsDropped = new LongAdder();
    /** Rooms followed now. */
    public final LongAdder feeds = new LongAdder();

    private final AtomicLongArray tags = new AtomicLongArray(SLOTS);
    private final AtomicLongArray times = new AtomicLongArray(SLOTS);
    private volatile LongConsumer latency = _ -> {};

    /** Sets who gets each event's nanoseconds from accepted to written, once per event loop that wrote it. */
    public void onLatency(LongConsumer consumer) {
        latency = consumer;
    }

    /**
     * Records that the command with this tag was just accepted. It may overwrite an older one.
     *
     * @param nanos the present value of {@link System#nanoTime}
     */
    public void accepted(long tag, long nanos) {
        var slot = (int) (tag & (SLOTS - 1));
        tags.setPlain(slot, -1);
        times.setPlain(slot, nanos);
        tags.setRelease(slot, tag);
    }

    /** Counts what happened to an older signal when a new one came to wait. */
    void signalWaits(WaitingSignals.Outcome outcome) {
        switch (outcome) {
            case KEPT -> {}
            case REPLACED -> signalsCoalesced.increment();
            case DROPPED -> signalsDropped.increment();
        }
    }

    /** Records that the event with this tag was written. Ignored if another pod accepted the command. */
    void written(long tag, long nanos) {
        var slot = (int) (tag & (SLOTS - 1));
        if (tags.getAcquire(slot) == tag) {
            latency.accept(nanos - times.getPlain(slot));
        }
    }
}
