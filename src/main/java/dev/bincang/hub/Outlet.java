package dev.bincang.hub;

import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Where a subscription writes: one connection, used on its loop only. */
public interface Outlet {

    /**
     * Frames of one room in order, written to many connections of one loop, with one slot in which the transport keeps what
     * it made of them: framed once, shared by all.
     */
    final class Batch {

        /** What a transport made of a batch. */
        public interface Encoded {
            void release();
        }

        private static final Logger LOG = Logger.getLogger(Outlet.class);

        private final List<byte[]> frames;
        private @Nullable Encoded encoded;

        Batch(List<byte[]> frames) {
            this.frames = frames;
        }

        public List<byte[]> frames() {
            return frames;
        }

        /** The transport's form, made by the first who asks. */
        public Encoded encoded(Function<List<byte[]>, ? extends Encoded> encoder) {
            var made = encoded;
            if (made == null) {
                made = encoder.apply(frames);
                encoded = made;
            }
            return made;
        }

        /** False if nothing of it could be written: that connection falls behind, and the others know nothing of it. */
        boolean writtenTo(Outlet outlet) {
            try {
                outlet.write(this);
                return true;
            } catch (Throwable e) { // memory too: direct memory may be full and the heap fine
                LOG.error("a connection could not be written to and falls behind", e);
                return false;
            }
        }

        /** After the last write. */
        void done() {
            if (encoded != null) {
                encoded.release();
                encoded = null;
            }
        }
    }

    /** What comes from the log or the ring in one piece has at most so many events. */
    int PIECE_EVENTS = 64;

    /** And so many bytes. */
    int PIECE_BYTES = 128 * 1024;

    /** Whether its outbox has room. What is written without looking is bounded by one batch. */
    boolean writable();

    /** Queues frames; nothing is sent before {@link #flush}. */
    void write(Batch batch);

    void flush();

    /** Runs {@code then} once, on the loop, when there is room again for what comes. */
    void whenDrained(Runnable then);

    /** One of its subscriptions has become live: all there was has been written. */
    default void caughtUp() {}
}
