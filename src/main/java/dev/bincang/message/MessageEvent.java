package dev.bincang.message;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/** An event that a command on messages makes. */
public sealed interface MessageEvent extends Event {

    /**
     * A message in a room.
     *
     * @param text null if the message was deleted
     * @param edited when the message got the text that is shown
     * @param deleted when the message was deleted
     */
    @JsonTypeName("message")
    @RegisterForReflection
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
            implements MessageEvent {

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
    @JsonTypeName("edited")
    @RegisterForReflection
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
            implements MessageEvent {

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
    @JsonTypeName("deleted")
    @RegisterForReflection
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
            implements MessageEvent {}
}
