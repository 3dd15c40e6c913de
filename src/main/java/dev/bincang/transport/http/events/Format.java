package dev.bincang.transport.http.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the frames of a room come by HTTP, by what the client accepts. */
enum Format {
    /** One answer with all there is: a poll, or a long poll where there is nothing yet. */
    POLL("application/json", "poll"),
    /** An answer without end, a frame a line (NDJSON): Comet's HTTP streaming. */
    LINES("application/x-ndjson", "stream"),
    /** Server-sent events, of the HTML standard: a frame an event. */
    EVENTS("text/event-stream", "sse");

    private static final byte[] DATA = "data:".getBytes(UTF_8);

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

    /** For people, and for metrics. */
    String transport() {
        return transport;
    }

    /** Frames as a stream has them; JSON as we write it has no line breaks. */
    byte[] encode(List<byte[]> frames) {
        var out = new ByteArrayOutputStream(
                frames.stream().mapToInt(frame -> frame.length + 7).sum());
        for (var frame : frames) {
            if (this == EVENTS) {
                out.writeBytes(DATA);
            }
            out.writeBytes(frame);
            out.write('\n');
            if (this == EVENTS) {
                out.write('\n');
            }
        }
        return out.toByteArray();
    }

    /**
     * Behind what was written: where the client is. An event of its own without data, which nobody is told of, but whose
     * id the browser keeps; so that what all members get stays the same bytes.
     */
    static byte[] position(String cursor) {
        return ("id:" + cursor + "\n\n").getBytes(UTF_8);
    }
}
