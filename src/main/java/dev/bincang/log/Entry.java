package dev.bincang.log;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event of a room's log.
 *
 * @param prev id of the event before it, {@link Id#ZERO} for a room's first
 * @param kind what happened, for example {@code message}
 * @param about the user who wrote it, or whose membership it changes; escaped
 * @param target the message whose content this event changes, or null
 * @param json the bytes that every client gets; all share them, so they never change
 * @param rest where the part of the JSON begins that a later event can change
 */
public record Entry(
        Id id, Id prev, String kind, String about, @Nullable Id target, byte[] json, int rest) {

    /** The kind of an event that ends the membership of its {@code about}. That user gets nothing after it. */
    public static final String OUT = "out";
    /** The kind of an event that may change who may read. The access of every reader is checked again. */
    public static final String RULES = "rules";

    /** The kinds of events that change the content of a message. */
    private static final Set<String> AMENDING = Set.of("edited", "deleted");

    /** The words of an envelope, at least, and at most. */
    private static final int WORDS = 7;

    private static final int MOST_WORDS = 8;
    private static final byte[] NOTHING = {'}'};

    /** An event that changes no message and that no event changes. */
    public Entry(Id id, Id prev, String kind, String about, byte[] json) {
        this(id, prev, kind, about, null, json, json.length);
    }

    /** Whether this event may end this user's access. */
    public boolean mayChangeAccess(String user) {
        return kind.equals(RULES) || (kind.equals(OUT) && about.equals(user));
    }

    /** Whether this event may end any user's access. */
    public boolean mayChangeAccess() {
        return kind.equals(RULES) || kind.equals(OUT);
    }

    /** This entry as it is after {@code change}, an event that changes a message. Returns this entry if it is not affected. */
    public Entry after(Entry change) {
        if (!id.equals(change.target) && !(target != null && target.equals(change.target))) {
            return this;
        }
        var changed = Arrays.copyOf(json, rest + change.json.length - change.rest);
        System.arraycopy(change.json, change.rest, changed, rest, changed.length - rest);
        return new Entry(id, prev, kind, about, target, changed, rest);
    }

    /**
     * Parses a payload that {@code append.lua} published: {@code <id> <envelope> <json>}. The JSON has a line feed before
     * the part that can change.
     *
     * @throws IllegalArgumentException if the payload has another form
     */
    public static Entry published(byte[] payload) {
        var brace = indexOf(payload, '{');
        var feed = indexOf(payload, '\n');
        var words =
                new String(payload, 0, Math.max(0, brace - 1), StandardCharsets.US_ASCII).split(" ", MOST_WORDS + 2);
        if (words.length <= WORDS || feed == payload.length || feed < brace) {
            throw new IllegalArgumentException("not an event");
        }
        var json = new byte[payload.length - brace - 1];
        System.arraycopy(payload, brace, json, 0, feed - brace);
        System.arraycopy(payload, feed + 1, json, feed - brace, payload.length - feed - 1);
        return of(words[0], Arrays.copyOfRange(words, 1, words.length), json, feed - brace);
    }

    /**
     * Makes an entry of what the log has.
     *
     * @param body what the event has of its own: JSON, with a line feed before the part that can change
     * @param target the body of the message whose content the event changes; empty for other events, and if it was trimmed
     * @param extra what others have added: JSON that begins with a comma, or empty
     * @throws IllegalArgumentException if the envelope has another form
     */
    public static Entry stored(RoomId room, String id, String envelope, byte[] body, byte[] target, byte[] extra) {
        var words = envelope.split(" ", MOST_WORDS + 1);
        if (words.length < WORDS) {
            throw new IllegalArgumentException("not an envelope");
        }
        var before = ("{\"type\":\"" + type(words[1]) + "\",\"room\":\"" + room + "\",\"id\":\"" + id + "\",\"seq\":"
                        + id.substring(0, id.indexOf('-')) + ",\"time\":" + words[3] + ",\"n\":" + words[4])
                .getBytes(StandardCharsets.US_ASCII);
        var feed = indexOf(body, '\n');
        var changed = AMENDING.contains(words[1]) ? target : body;
        var from = indexOf(changed, '\n') + 1;
        var rest = from < changed.length ? Arrays.copyOfRange(changed, from, changed.length) : NOTHING;
        var kept = before.length + feed + extra.length;
        var json = Arrays.copyOf(before, kept + rest.length);
        System.arraycopy(body, 0, json, before.length, feed);
        System.arraycopy(extra, 0, json, before.length + feed, extra.length);
        System.arraycopy(rest, 0, json, kept, rest.length);
        return of(id, words, json, kept);
    }

    private static Entry of(String id, String[] words, byte[] json, int rest) {
        var target = AMENDING.contains(words[1]) ? Id.parse(words[6]) : null;
        return new Entry(Id.parse(id), Id.parse(words[0]), words[1], words[2], target, json, rest);
    }

    /** The type of the frame that tells of an event of this kind. */
    private static String type(String kind) {
        return switch (kind) {
            case OUT -> "member";
            case RULES -> "room";
            default -> kind;
        };
    }

    private static int indexOf(byte[] bytes, char sought) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == sought) {
                return i;
            }
        }
        return bytes.length;
    }
}
