package dev.bincang.hub.signal;

import dev.bincang.protocol.Id;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The newest signal of each key of a room from the last seconds, for clients that poll: the signals came between two of
 * their requests. Bounded as {@link WaitingSignals}. Any thread.
 */
public final class RecentSignals {

    /**
     * A signal and when it came.
     *
     * @param after the newest event of the room at that time
     */
    private record Recent(byte[] json, Id after, long nanos) {}

    private final long keepNanos;
    private final SequencedMap<String, Recent> newest = new LinkedHashMap<>(0);

    /**
     * Creates an empty one.
     *
     * @param keep how long to keep a signal; zero keeps none
     */
    public RecentSignals(Duration keep) {
        keepNanos = keep.toNanos();
    }

    /**
     * Adds a signal.
     *
     * @param after the newest event of the room
     * @param now of {@link System#nanoTime}
     */
    public synchronized void add(PublishedSignal signal, Id after, long now) {
        if (keepNanos == 0) {
            return;
        }
        newest.remove(signal.key());
        newest.put(signal.key(), new Recent(signal.json(), after, now));
        if (newest.size() > WaitingSignals.MOST) {
            newest.pollFirstEntry();
        }
    }

    /**
     * Returns the frames, oldest first.
     *
     * @param from the reader may read only what came after this event
     * @param now of {@link System#nanoTime}
     */
    public synchronized List<byte[]> since(Id from, long now) {
        forget(now);
        return newest.values().stream()
                .filter(one -> one.after.seq() >= from.seq())
                .map(Recent::json)
                .toList();
    }

    /** Forgets the signals that are too old. */
    public synchronized void forget(long now) {
        newest.values().removeIf(one -> now - one.nanos > keepNanos);
    }

    public synchronized void clear() {
        newest.clear();
    }
}
