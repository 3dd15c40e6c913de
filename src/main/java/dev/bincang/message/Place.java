package dev.bincang.message;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Where a message belongs. Null fields: the room's main view.
 *
 * @param replyTo the message that it answers, in the main view or in the same thread
 * @param thread the root of the thread to which it belongs
 * @param alsoInRoom whether a message of a thread is in the main view too
 */
public record Place(@Nullable Id replyTo, @Nullable Id thread, boolean alsoInRoom) {

    /** The main view. */
    public static final Place ROOM = new Place(null, null, false);

    /** An answer in the main view. */
    public static Place replyTo(@Nullable Id message) {
        return new Place(message, null, false);
    }

    /** Returns what is wrong with this place; null if nothing is. */
    @Nullable
    Refusal wrong() {
        return alsoInRoom && thread == null ? Refusal.bad("alsoInRoom: needs a thread") : null;
    }

    /** The place as text, for the digest of a command. */
    String digested() {
        return replyTo + " " + thread + " " + alsoInRoom;
    }
}
