package dev.bincang.protocol;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * Who is meant, as every frame shows it.
 *
 * @param id what the identity provider says ({@code sub}), 1 to 128 visible characters; never used raw in a Redis key
 * @param name for people to read
 */
@RegisterForReflection
public record User(String id, String name) {

    /** How the id of a guest begins, and nobody else's. */
    public static final String GUEST_PREFIX = "guest:";

    private static final int ID_LENGTH = 128;

    /**
     * Why a text cannot be a user's id, or null: it is empty, longer than 128 code points, or has characters that nobody
     * sees; {@code .} and {@code ..} in a path would lead to another resource (RFC 3986 section 5.2.4).
     */
    public static @Nullable String wrongId(String id) {
        if (id.isBlank()) {
            return "is empty";
        }
        return id.equals(".") || id.equals("..") ? "is only dots" : Text.wrong(id, ID_LENGTH, false);
    }

    public static boolean isGuest(String id) {
        return id.startsWith(GUEST_PREFIX);
    }
}
