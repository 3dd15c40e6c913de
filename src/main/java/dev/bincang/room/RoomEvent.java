package dev.bincang.room;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event about a room and the people in it. */
public sealed interface RoomEvent extends Event {

    /**
     * A membership, role, ban or mute has changed. Stored in the log like a message.
     *
     * @param user the user whose membership changed
     * @param change {@code added}, {@code left}, {@code removed}, {@code role}, {@code banned}, {@code unbanned},
     *     {@code muted}, {@code unmuted}
     * @param role the user's new role, if the change gave one
     * @param until for a ban or a mute, milliseconds since 1970; null means for good
     * @param reason the text that the actor wrote
     * @param invite the id of the invitation link by which the user has become a member
     */
    @JsonTypeName("member")
    @RegisterForReflection
    record Member(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            String user,
            String change,
            @Nullable String role,
            @Nullable Long until,
            @Nullable String reason,
            @Nullable String invite)
            implements RoomEvent {}

    /**
     * A room was created, changed or deleted. Stored in the log like a message. To see what changed, a client reads the
     * room again.
     *
     * @param change "created", "changed" or "deleted"
     */
    @JsonTypeName("room")
    @RegisterForReflection
    record Room(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            String change)
            implements RoomEvent {}

    /**
     * An event for one user only, stored in the log of their inbox.
     *
     * @param about the room that the event is about
     * @param change {@code added}, {@code removed}, {@code banned} or {@code direct}
     */
    @JsonTypeName("inbox")
    @RegisterForReflection
    record Inbox(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            RoomId about,
            String change)
            implements RoomEvent {}

    /**
     * An action that the actor performed on others by their rights, stored in the audit trail.
     *
     * @param action a {@code change} of {@code member} and {@code room} events, or {@code deleted}, {@code revoked}, {@code report_resolved};
     *     for a ban from everywhere {@code user_banned}, {@code user_unbanned}
     * @param about the room, if the action was in one
     * @param user the user whom the action affects, if there is one
     * @param target the message that the action affects, if there is one
     * @param until for a ban or a mute, milliseconds since 1970; null means for good
     * @param from the previous values by name, only those that changed
     * @param to the new values, by the same names
     */
    @JsonTypeName("audit")
    @RegisterForReflection
    record Audit(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            String action,
            @Nullable RoomId about,
            @Nullable String user,
            @Nullable Id target,
            @Nullable Long until,
            @Nullable String reason,
            @Nullable Map<String, Object> from,
            @Nullable Map<String, Object> to)
            implements RoomEvent {}
}
