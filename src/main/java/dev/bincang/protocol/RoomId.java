package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.regex.Pattern;

/**
 * The name of a room on the wire, in URLs and in Redis keys: {@code [a-z0-9][a-z0-9._-]{0,63}}, so it needs no escaping
 * anywhere. Those that begin with {@code r.} (made without an id of its own, as private ones are) and {@code d.} (a
 * direct room) only the server makes; a user's inbox is {@code @} and his id, escaped.
 * Any other form is an {@link IllegalArgumentException}.
 */
@RegisterForReflection
public record RoomId(@JsonValue String value) {

    /** An id of 128 characters has at most 512 bytes, each of which may become three characters. */
    private static final Pattern INBOX = Pattern.compile("@[A-Za-z0-9._%-]{1,1536}");

    /** The log of what was done by rights over others, for admins. */
    public static final RoomId AUDIT = new RoomId("r.audit");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RoomId {
        if (!wellFormed(value)) {
            throw new IllegalArgumentException(
                    "a room id is 1 to 64 of a-z 0-9 . _ - and begins with a letter or digit");
        }
    }

    /** A user's inbox; he is escaped as in Redis keys. */
    public static RoomId inbox(String user) {
        return new RoomId("@" + user);
    }

    public boolean isInbox() {
        return value.charAt(0) == '@';
    }

    /** Whether only the server makes rooms of this name. */
    public boolean isReserved() {
        return isInbox() || value.startsWith("r.") || value.startsWith("d.");
    }

    private static boolean wellFormed(String value) {
        if (value.startsWith("@")) {
            return INBOX.matcher(value).matches();
        }
        if (value.isEmpty() || value.length() > 64) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            var alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return value;
    }
}
