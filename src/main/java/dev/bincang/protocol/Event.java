package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A frame that is stored in a room's log. Each has an {@code id}, and a client that receives it moves its position
 * there. {@code id}, {@code seq}, {@code time} and {@code n} are null until the log sets them. {@code n} is the number of
 * messages that the room has had.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"type", "room", "id", "seq", "time", "n"})
@RegisterForReflection(
        targets = {
            Event.class,
            Event.Message.class,
            Event.Edited.class,
            Event.Deleted.class,
            Event.Member.class,
            Event.Room.class,
            Event.Inbox.class,
            Event.Audit.class
        })
public sealed interface Event extends Frame {

    /**
     * A message in a room.
     *
     * @param text null if the message was deleted
     * @param edited when the message got the text that is shown
     * @param deleted when the message was deleted
     */
    record Message(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User from,
            @Nullable Id replyTo,
            @Nullable Key key,
            @Nullable String text,
            @Nullable Long edited,
            @Nullable Long deleted)
            implements Event {

        /** A message at the moment it is posted, without its text: {@link Codec#text}. */
        public Message(RoomId room, User from, @Nullable Id replyTo, @Nullable Key key) {
            this(room, null, null, null, null, from, replyTo, key, null, null, null);
        }
    }

    /**
     * A message was edited. Stored in the log like a message, but without the text: it tells the text that the message has
     * when it is read.
     *
     * @param text null if the message was deleted since, or is not in the log any more
     * @param edited when the message got this text
     * @param deleted when the message was deleted
     */
    record Edited(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            Id target,
            @Nullable Key key,
            @Nullable String text,
            @Nullable Long edited,
            @Nullable Long deleted)
            implements Event {

        /** An edit at the moment it happens, without the text. */
        public Edited(RoomId room, User by, Id target, @Nullable Key key) {
            this(room, null, null, null, null, by, target, key, null, null, null);
        }
    }

    /**
     * A message was deleted. Stored in the log like a message.
     *
     * @param deleted when
     */
    record Deleted(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            Id target,
            @Nullable Key key,
            @Nullable Long deleted)
            implements Event {}

    /**
     * A membership, role, ban or mute has changed. Stored in the log like a message.
     *
     * @param user the user whose membership changed
     * @param change {@code added}, {@code left}, {@code removed}, {@code role}, {@code banned}, {@code unbanned},
     *     {@code muted}, {@code unmuted}
     * @param role the user's new role, if the change gave one
     * @param until for a ban or a mute, milliseconds since 1970; null means for good
     * @param reason the text that the actor wrote
     */
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
            @Nullable String reason)
            implements Event {}

    /**
     * A room was created, changed or deleted. Stored in the log like a message. To see what changed, a client reads the
     * room again.
     *
     * @param change "created", "changed" or "deleted"
     */
    record Room(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            String change)
            implements Event {}

    /**
     * An event for one user only, stored in the log of their inbox.
     *
     * @param about the room that the event is about
     * @param change {@code added}, {@code removed}, {@code banned} or {@code direct}
     */
    record Inbox(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            RoomId about,
            String change)
            implements Event {}

    /**
     * An action that the actor performed on others by their rights, stored in the audit trail.
     *
     * @param action a {@code change} of {@code member} and {@code room} events, or {@code deleted}, {@code revoked};
     *     for a ban from everywhere {@code user_banned}, {@code user_unbanned}
     * @param about the room, if the action was in one
     * @param user the user whom the action affects, if there is one
     * @param target the message that the action affects, if there is one
     * @param until for a ban or a mute, milliseconds since 1970; null means for good
     * @param from the previous values by name, only those that changed
     * @param to the new values, by the same names
     */
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
            implements Event {}
}
