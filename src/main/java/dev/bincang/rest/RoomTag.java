package dev.bincang.rest;

import dev.bincang.protocol.Id;
import dev.bincang.room.Room;
import java.util.Optional;

/**
 * A room's entity tag (RFC 9110 section 8.8.3): the revision, then all else that the answer shows and that changes without a
 * new revision, {@code 121-3133.130-5.12.owner}. {@code If-None-Match} compares the whole; {@code If-Match} looks at the
 * revision alone, and takes it alone too, because a new message is no reason to refuse another topic.
 */
final class RoomTag {

    private RoomTag() {}

    /** Without its quotes. */
    static String of(Room room) {
        return room.revision() + "." + room.head() + "." + room.members() + "."
                + room.role().wire();
    }

    /** Empty where it is not one of ours. */
    static Optional<Id> revision(String tag) {
        var end = tag.indexOf('.');
        try {
            return Optional.of(Id.parse(end < 0 ? tag : tag.substring(0, end)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
