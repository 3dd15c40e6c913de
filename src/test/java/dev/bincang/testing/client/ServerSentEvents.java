package dev.bincang.testing.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events line by line as npm's {@code eventsource} does, which is stricter than browsers: what has no data
 * is dropped, and its id with it.
 */
public final class ServerSentEvents {

    /**
     * One event.
     *
     * @param id null where it says nothing new
     */
    public record Event(String data, @Nullable String id) {}

    private @Nullable String data;
    private @Nullable String id;

    /** The event that ends with this line, if one does. */
    public Optional<Event> line(String line) {
        if (line.startsWith("data:")) {
            data = line.substring("data:".length());
        } else if (line.startsWith("id:")) {
            id = line.substring("id:".length());
        } else if (line.isEmpty()) {
            var event = data == null ? null : new Event(data, id);
            data = null;
            id = null;
            return Optional.ofNullable(event);
        }
        return Optional.empty();
    }
}
