package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.regex.Pattern;

/**
 * The id of a room on the wire, in URLs and in Redis keys: {@code [a-z0-9][a-z0-9._-]{0,63}}. It needs no escaping
 * anywhere. Only the server makes ids that begin with {@code r.} (rooms without an id chosen by the client, such as
 * private rooms) or {@code d.} (direct rooms). A user's inbox is {@code @} followed by their escaped id. Any other form
 * is an {@link IllegalArgumentException}.
 */
@RegisterForReflection
public record RoomId(@JsonValue String value) {

    /** A user id of 128 characters has at most 512 bytes. Escaping turns each byte into up to three characters. */
    private static final Pattern INBOX = Pattern.compile("@[A-Za-z0-9._%-]{1,1536}");

    /** The log of the audit trail, which only admins read. */
    public static final RoomId AUDIT = new RoomId("r.audit");

    /** The log of all reports of messages, which only admins read. */
    public static final RoomId REPORTS = new RoomId("r.reports");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RoomId {
        if (!wellFormed(value)) {
            throw new IllegalArgumentException(
                    "a room id has 1 to 64 characters of a-z 0-9 . _ - and begins with a letter or digit");
        }
    }

    /** The inbox of a user. The user's id is escaped as in Redis keys. */
    public static RoomId inbox(String user) {
        return new RoomId("@" + user);
    }

    public boolean isInbox() {
        return value.charAt(0) == '@';
    }

    /** Whether this is a room of exactly two users. */
    public boolean isDirect() {
        return value.startsWith("d.");
    }

    /** Whether it is a log that only admins read: the audit trail or the reports. */
    public boolean isForAdmins() {
        return equals(AUDIT) || equals(REPORTS);
    }

    /** Whether only the server writes there. Such a log has no members. */
    public boolean isServers() {
        return isInbox() || isForAdmins();
    }

    /** Whether only the server makes ids of this form. */
    public boolean isReserved() {
        return isInbox() || isDirect() || value.startsWith("r.");
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
