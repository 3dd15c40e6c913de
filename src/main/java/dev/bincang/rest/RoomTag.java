package dev.bincang.rest;

import dev.bincang.protocol.Id;
import dev.bincang.room.Room;
import java.util.Optional;

/**
 * A room's entity tag (RFC 9110 section 8.8.3), for example {@code 121-3133.130-5.12.owner}. It is the revision,
 * followed by everything else in the response that can change without a new revision. {@code If-None-Match} compares
 * the whole tag. {@code If-Match} compares only the revision and accepts a revision alone, because a new message is no
 * reason to refuse a change of the topic.
 */
final class RoomTag {

    private RoomTag() {}

    /** The tag without quotes. */
    static String of(Room room) {
        return room.revision() + "." + room.head() + "." + room.members() + "."
                + room.role().wire();
    }

    /** The revision in a tag. Empty if the server does not issue such tags. */
    static Optional<Id> revision(String tag) {
        var end = tag.indexOf('.');
        try {
            return Optional.of(Id.parse(end < 0 ? tag : tag.substring(0, end)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
