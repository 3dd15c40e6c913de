package dev.bincang.room;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What somebody is in a room. Each can deal only with who ranks lower, that is, stands before it here. */
public enum Role {
    /** Signed in, in a public room that he is no member of. */
    VISITOR,
    MEMBER,
    MODERATOR,
    OWNER,
    /** Everywhere, by what his token says; no role of a room's own. */
    ADMIN;

    /** As Redis and JSON have it. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws {@link IllegalArgumentException} for another word. */
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
