package dev.bincang.hub;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When this pod accepted the commands it appended lately, by the tag it drew for them: so the time to delivery is
 * measured on one clock. Slots are simply written over.
 */
@Singleton
public class Accepted {

    private static final int SLOTS = 4096;

    private final AtomicLongArray tags = new AtomicLongArray(SLOTS);
    private final AtomicLongArray times = new AtomicLongArray(SLOTS);

    /**
     * This tag's command has just been accepted.
     *
     * @param nanos of {@link System#nanoTime}
     */
    public void note(long tag, long nanos) {
        var slot = (int) (tag & (SLOTS - 1));
        tags.setPlain(slot, -1);
        times.setPlain(slot, nanos);
        tags.setRelease(slot, tag);
    }

    /** Nanoseconds since this tag was accepted, or -1 if it was not here. */
    long since(long tag, long now) {
        var slot = (int) (tag & (SLOTS - 1));
        return tags.getAcquire(slot) == tag ? now - times.getPlain(slot) : -1;
    }
}
