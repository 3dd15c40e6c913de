package dev.bincang.hub.signal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The signals of one room that wait to be written: the newest one of each key. Not thread-safe. */
public final class WaitingSignals {

    /** The most keys. */
    public static final int MOST = 64;

    /** What happened to an older signal when a new one came. */
    public enum Outcome {
        KEPT,
        /** The new one has replaced the one of the same key. */
        REPLACED,
        /** There were too many keys, so the oldest signal was dropped. */
        DROPPED
    }

    private final SequencedMap<String, byte[]> newest = new LinkedHashMap<>();

    public Outcome add(PublishedSignal signal) {
        var replaced = newest.remove(signal.key()) != null; // so that the new one has its own place in the order
        newest.put(signal.key(), signal.json());
        if (newest.size() > MOST) {
            newest.pollFirstEntry();
            return Outcome.DROPPED;
        }
        return replaced ? Outcome.REPLACED : Outcome.KEPT;
    }

    /** Returns the frames, oldest first, and forgets them. */
    public List<byte[]> take() {
        var frames = List.copyOf(newest.values());
        newest.clear();
        return frames;
    }
}
