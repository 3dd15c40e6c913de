package dev.bincang.protocol;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * A user, as every frame shows them.
 *
 * @param id the id from the identity provider ({@code sub}), 1 to 128 visible characters; never used unescaped in a
 *     Redis key
 * @param name the name for people to read
 */
@RegisterForReflection
public record User(String id, String name) {

    /** The prefix of every guest's id. No other id begins with it. */
    public static final String GUEST_PREFIX = "guest:";

    private static final int ID_LENGTH = 128;

    /**
     * Tells why a text cannot be a user's id; null if it can. Wrong are an empty id, one longer than 128 code points,
     * one with invisible characters, and {@code .} and {@code ..}, which would lead to another resource in a path (RFC
     * 3986 section 5.2.4).
     */
    public static @Nullable String wrongId(String id) {
        if (id.isBlank()) {
            return "is empty";
        }
        return id.equals(".") || id.equals("..") ? "must not be only dots" : Text.wrong(id, ID_LENGTH, false);
    }

    public static boolean isGuest(String id) {
        return id.startsWith(GUEST_PREFIX);
    }
}
