package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The name of a room on the wire, in URLs and in Redis keys: {@code [a-z0-9][a-z0-9._-]{0,63}}, so it needs no escaping
 * anywhere.
 * Any other form is an {@link IllegalArgumentException}.
 */
public record RoomId(@JsonValue String value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RoomId {
        if (!wellFormed(value)) {
            throw new IllegalArgumentException(
                    "a room id is 1 to 64 of a-z 0-9 . _ - and begins with a letter or digit");
        }
    }

    private static boolean wellFormed(String value) {
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
