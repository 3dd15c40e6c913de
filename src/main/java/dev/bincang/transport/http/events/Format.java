package dev.bincang.transport.http.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the frames of a room come by HTTP, by what the client accepts. */
enum Format {
    /** One answer with all there is: a poll, or a long poll where there is nothing yet. */
    POLL("application/json", "poll"),
    /** An answer without end, a frame a line (NDJSON): Comet's HTTP streaming. */
    LINES("application/x-ndjson", "stream"),
    /** Server-sent events, of the HTML standard: a frame an event. */
    EVENTS("text/event-stream", "sse");

    /** The one that we like best first. */
    static final List<String> MEDIA_TYPES =
            Stream.of(values()).map(Format::mediaType).toList();

    private static final byte[] DATA = "data:".getBytes(UTF_8);

    /** Ends an event. */
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

    /** For people, and for metrics. */
    String transport() {
        return transport;
    }

    /**
     * Frames as a stream has them; JSON as we write it has no line breaks. A server-sent event ends with an empty line, but
     * the last one is left open: what follows ends it, by {@link #END} or by an {@link #id}.
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
     * Ends the last event of what is flushed with where the client is then. The other events of the flush have no id, so
     * that what all members get stays the same bytes. In an event of its own many libraries would ignore it.
     */
    static byte[] id(String cursor) {
        return ("id:" + cursor + "\n\n").getBytes(UTF_8);
    }
}
