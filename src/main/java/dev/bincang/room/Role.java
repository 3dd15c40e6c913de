package dev.bincang.room;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A user's role in a room, in ascending rank. A user can act only on users of a lower rank. */
public enum Role {
    /** A signed-in user in a public room who is not a member of it. */
    VISITOR,
    MEMBER,
    MODERATOR,
    OWNER,
    /** An admin of the whole server. The role comes from the user's token, and no room gives it. */
    ADMIN;

    /** The role's name in Redis and JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a role's name. Throws {@link IllegalArgumentException} for any other word. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Role parse(String wire) {
        for (var role : values()) {
            if (role.wire().equals(wire)) {
                return role;
            }
        }
        throw new IllegalArgumentException("owner, moderator or member");
    }
}
