package dev.bincang.transport.http.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The media types in which HTTP delivers frames. The client's {@code Accept} chooses one. */
enum Format {
    /** One answer with all new frames. A long poll waits if there are none yet. */
    POLL("application/json", "poll"),
    /** An endless answer with one frame per line (NDJSON): Comet's HTTP streaming. */
    LINES("application/x-ndjson", "stream"),
    /** Server-sent events (HTML standard), one frame per event. */
    EVENTS("text/event-stream", "sse");

    /** The media types, in the order that the server prefers. */
    static final List<String> MEDIA_TYPES =
            Stream.of(values()).map(Format::mediaType).toList();

    private static final byte[] DATA = "data:".getBytes(UTF_8);

    /** The line break of the empty line that ends an event. */
    static final byte[] END = {'\n'};

    private final String mediaType;
    private final String transport;

    Format(String mediaType, String transport) {
        this.mediaType = mediaType;
        this.transport = transport;
    }

    static @Nullable Format of(String mediaType) {
        for (var format : values()) {
            if (format.mediaType.equals(mediaType)) {
                return format;
            }
        }
        return null;
    }

    String mediaType() {
        return mediaType;
    }

    /** The name in metrics. */
    String transport() {
        return transport;
    }

    /**
     * Encodes frames for a stream. Our JSON has no line breaks. A server-sent event ends with an empty line, but the
     * last event is left open: the caller ends it with {@link #END} or {@link #id}.
     */
    byte[] encode(List<byte[]> frames) {
        var out = new ByteArrayOutputStream(
                frames.stream().mapToInt(frame -> frame.length + 7).sum());
        for (int i = 0; i < frames.size(); i++) {
            if (this == EVENTS) {
                if (i > 0) {
                    out.write('\n');
                }
                out.writeBytes(DATA);
            }
            out.writeBytes(frames.get(i));
            out.write('\n');
        }
        return out.toByteArray();
    }

    /**
     * Ends the last event of a flush with an {@code id}: the client's position after the flush. The other events of the
     * flush have no id, so that all members get the same bytes. The id is not an event of its own, because many
     * libraries would ignore it.
     */
    static byte[] id(String cursor) {
        return ("id:" + cursor + "\n\n").getBytes(UTF_8);
    }
}
