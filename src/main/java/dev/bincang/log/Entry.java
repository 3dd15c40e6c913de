package dev.bincang.log;

import dev.bincang.protocol.Id;
import java.nio.charset.StandardCharsets;

/**
 * One event of a room's log.
 *
 * @param prev id of the event before it, {@link Id#ZERO} for a room's first
 * @param kind what happened, for example {@code message}
 * @param about the user who wrote it, or whose membership it changes; escaped
 * @param json the bytes that every client gets; all share them, so they never change
 */
public record Entry(Id id, Id prev, String kind, String about, byte[] json) {

    /** The kind of an event that ends the membership of its {@code about}. That user gets nothing after it. */
    public static final String OUT = "out";
    /** The kind of an event that may change who may read. The access of every reader is checked again. */
    public static final String RULES = "rules";

    /** Whether this event may end this user's access. */
    public boolean mayChangeAccess(String user) {
        return kind.equals(RULES) || (kind.equals(OUT) && about.equals(user));
    }

    /** Whether this event may end any user's access. */
    public boolean mayChangeAccess() {
        return kind.equals(RULES) || kind.equals(OUT);
    }

    /**
     * Parses a payload that {@code append.lua} published: {@code <id> <prev> <kind> <about> <json>}.
     *
     * @throws IllegalArgumentException if the payload has another form
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
