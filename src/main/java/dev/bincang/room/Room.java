package dev.bincang.room;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.bincang.log.RoomViews;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;

/**
 * A room as one user sees it.
 *
 * @param role the user's role
 * @param members the number of members
 * @param head the id of the newest event
 * @param revision the id of the event that last changed the room; {@code 0-0} if nobody made the room
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Room(
        RoomId id,
        Role role,
        long members,
        Id head,
        Id revision,
        @JsonUnwrapped Settings settings) {

    /**
     * Makes a room from what was read from Redis.
     *
     * @param view with {@link Settings#FIELDS}
     */
    public static Room of(RoomViews.View view) {
        return new Room(
                view.room(),
                Role.parse(view.role()),
                view.members(),
                view.head(),
                view.revision(),
                Settings.of(view.fields()));
    }
}
