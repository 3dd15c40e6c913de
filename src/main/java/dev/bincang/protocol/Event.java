package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A frame that is in a room's log: each has its {@code id} and moves the position there. {@code id}, {@code seq} and {@code
 * time} are null until the log has filled them in.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"type", "room", "id", "seq", "time"})
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
     * A message of a room.
     *
     * @param text null where it was deleted
     * @param edited in history: when it was given the text that is shown
     * @param deleted in history: when it was taken away
     */
    record Message(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            User from,
            @Nullable String text,
            @Nullable Id replyTo,
            @Nullable Key key,
            @Nullable Long edited,
            @Nullable Long deleted)
            implements Event {

        /** As it is posted. */
        public Message(RoomId room, User from, String text, @Nullable Id replyTo, @Nullable Key key) {
            this(room, null, null, null, from, text, replyTo, key, null, null);
        }
    }

    /** A message has another text. Logged like a message. */
    record Edited(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            User by,
            Id target,
            String text,
            @Nullable Key key)
            implements Event {}

    /** A message was taken away. Logged like a message. */
    record Deleted(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            User by,
            Id target,
            @Nullable Key key)
            implements Event {}

    /**
     * Who is in a room, or what he may, has changed. Logged like a message.
     *
     * @param user whose membership it is
     * @param change {@code added}, {@code left}, {@code removed}, {@code role}, {@code banned}, {@code unbanned},
     *     {@code muted}, {@code unmuted}
     * @param role the one he has now, where it was given
     * @param until for a ban or a mute, milliseconds since 1970; null: for good
     * @param reason what the one who did it wrote
     */
    record Member(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            User by,
            String user,
            String change,
            @Nullable String role,
            @Nullable Long until,
            @Nullable String reason)
            implements Event {}

    /**
     * A room was made, changed or deleted. Logged like a message; what changed is to be read anew.
     *
     * @param change "created", "changed" or "deleted"
     */
    record Room(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            User by,
            String change) implements Event {}

    /**
     * For one user alone, in the log of his inbox.
     *
     * @param about the room it is about
     * @param change {@code added}, {@code removed}, {@code banned} or {@code direct}
     */
    record Inbox(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            User by,
            RoomId about,
            String change) implements Event {}

    /**
     * What somebody did by a right that he has over others, in the log of all such deeds.
     *
     * @param action {@code member} and {@code room} events' changes, {@code deleted}, {@code revoked}, and for a ban
     *     from everywhere {@code user_banned}, {@code user_unbanned}
     * @param about the room, where it was in one
     * @param user to whom it was done, if to one
     * @param target the message, if it was to one
     * @param until for a ban or a mute, milliseconds since 1970; null: for good
     * @param from what was before, by name, as far as it changed
     * @param to what is now, by the same names
     */
    record Audit(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
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
