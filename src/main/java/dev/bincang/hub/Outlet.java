package dev.bincang.hub;

import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One connection, as its subscriptions write to it. Used on its loop only. */
public interface Outlet {

    /**
     * Frames of one room, in order, that are written to many connections of one loop. The transport encodes them once
     * and keeps the result here, so that all these connections share it.
     */
    final class Batch {

        /** A batch as the transport encoded it. */
        public interface Encoded {
            void release();
        }

        private static final Logger LOG = Logger.getLogger(Outlet.class);

        private final List<byte[]> frames;
        private final boolean signals;
        private @Nullable Encoded encoded;

        /** A batch of events, or of frames that move the position as events do. */
        Batch(List<byte[]> frames) {
            this(frames, false);
        }

        private Batch(List<byte[]> frames, boolean signals) {
            this.frames = frames;
            this.signals = signals;
        }

        static Batch ofSignals(List<byte[]> frames) {
            return new Batch(frames, true);
        }

        /** Whether the frames are signals: they move no position, and belong behind all events. */
        public boolean signals() {
            return signals;
        }

        public List<byte[]> frames() {
            return frames;
        }

        /** Returns the transport's form of the frames. The first call creates it. */
        public Encoded encoded(Function<List<byte[]>, ? extends Encoded> encoder) {
            var made = encoded;
            if (made == null) {
                made = encoder.apply(frames);
                encoded = made;
            }
            return made;
        }

        /** Writes the batch. Returns false if nothing was written: that connection falls behind, others do not. */
        boolean writtenTo(Outlet outlet) {
            try {
                outlet.write(this);
                return true;
            } catch (Throwable e) { // errors too: direct memory may be full while the heap is not
                LOG.error("a connection cannot be written to, and falls behind", e);
                return false;
            }
        }

        /** Releases the encoded form. Called after the last write. */
        void done() {
            if (encoded != null) {
                encoded.release();
                encoded = null;
            }
        }
    }

    /** The most events that are read from the log or the ring in one piece. */
    int PIECE_EVENTS = 64;

    /** The most bytes of JSON in such a piece. Its last event may exceed them. */
    int PIECE_BYTES = 128 * 1024;

    /** Whether the outbox has room. A write that does not check this exceeds the bound by at most one batch. */
    boolean writable();

    /** Queues the frames. Nothing is sent before {@link #flush}. */
    void write(Batch batch);

    void flush();

    /** Runs {@code then} once, on the loop, when the outbox has room again. */
    void whenDrained(Runnable then);

    /** Whether a subscription that becomes live gets the signals of the last seconds. */
    default boolean wantsRecentSignals() {
        return false;
    }

    /** A subscription of this connection has become live: everything that the room had so far was written. */
    default void caughtUp() {}
}
