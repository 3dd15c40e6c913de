package dev.bincang.room;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.bincang.log.RoomViews;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;

/**
 * What a room is to one user.
 *
 * @param role his
 * @param members how many there are
 * @param head the newest event's id
 * @param revision the id of the event that made it what it is; {@code 0-0} where nobody made it
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
     * As it was read.
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
