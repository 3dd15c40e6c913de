package dev.bincang.log;

import dev.bincang.protocol.Id;
import java.nio.charset.StandardCharsets;

/**
 * One event of a room's log.
 *
 * @param prev the event it followed, {@link Id#ZERO} for a room's first
 * @param kind what happened, for example {@code message}
 * @param author the user's id, escaped
 * @param json the bytes every client gets; shared by all, never changed
 */
public record Entry(Id id, Id prev, String kind, String author, byte[] json) {

    /**
     * Reads what {@code append.lua} published: {@code <id> <prev> <kind> <author> <json>}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Entry published(byte[] payload) {
        var spaces = new int[4];
        int found = 0;
        for (int i = 0; i < payload.length && found < 4; i++) {
            if (payload[i] == ' ') {
                spaces[found++] = i;
            }
        }
        if (found < 4) {
            throw new IllegalArgumentException("not an event");
        }
        var envelope = new String(payload, 0, spaces[3], StandardCharsets.US_ASCII);
        var json = new byte[payload.length - spaces[3] - 1];
        System.arraycopy(payload, spaces[3] + 1, json, 0, json.length);
        return new Entry(
                Id.parse(envelope.substring(0, spaces[0])),
                Id.parse(envelope.substring(spaces[0] + 1, spaces[1])),
                envelope.substring(spaces[1] + 1, spaces[2]),
                envelope.substring(spaces[2] + 1),
                json);
    }
}
