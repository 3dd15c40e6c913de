package dev.bincang.testing.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events line by line like npm's {@code eventsource}, which is stricter than browsers: it drops an
 * event without data, and its id.
 */
public final class ServerSentEvents {

    /**
     * An event.
     *
     * @param id null if the event has no new id
     */
    public record Event(String data, @Nullable String id) {}

    private @Nullable String data;
    private @Nullable String id;

    /** The event that ends with this line; empty if none does. */
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
