package dev.bincang.room.invite;

import dev.bincang.protocol.RoomId;
import dev.bincang.room.Events;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The token of an invitation link, for example {@code general.Yk3vOZ0cS8S1kq2uJm0T3w}. It is the room's id, which tells
 * where the link is stored, and a secret of 128 random bits. Both need no escaping in a URL.
 */
record InviteToken(RoomId room, String secret) {

    private static final int SECRET_BYTES = 16;
    /** The last dot ends the id of the room, because the secret has none. */
    private static final Pattern FORM = Pattern.compile("(.{1,64})\\.([A-Za-z0-9_-]{22})");

    static InviteToken random(RoomId room, SecureRandom random) {
        return new InviteToken(room, text(random, SECRET_BYTES));
    }

    /** A random text of the characters A-Z a-z 0-9 _ -. */
    static String text(SecureRandom random, int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Reads a token. Empty if the server does not issue such tokens. */
    static Optional<InviteToken> parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            var room = new RoomId(form.group(1));
            return room.isInbox() || room.equals(RoomId.AUDIT)
                    ? Optional.empty()
                    : Optional.of(new InviteToken(room, form.group(2)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** What Redis stores instead of the secret: 120 bits of a SHA-256. */
    String digest() {
        return Events.digest("invite", room.value(), secret);
    }

    /** The token as a client sends it. */
    @Override
    public String toString() {
        return room.value() + "." + secret;
    }
}
