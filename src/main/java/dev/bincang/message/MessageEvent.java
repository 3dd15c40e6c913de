package dev.bincang.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event that a command on messages makes. */
public sealed interface MessageEvent extends Event {

    /**
     * The state of a thread.
     *
     * @param count the number of replies
     * @param last the newest reply; null if there is none
     * @param time when it was sent
     * @param participants ids of up to five users who replied, the one who replied last first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RegisterForReflection
    record Replies(
            long count,
            @Nullable Id last,
            @Nullable Long time,
            @Nullable List<String> participants) {}

    /**
     * The reactions of one name to a message.
     *
     * @param name an emoji, or a word that the application gives a meaning
     * @param users ids of up to ten users, in the order of their escaped ids
     */
    @RegisterForReflection
    record Reaction(String name, long count, List<String> users) {}

    /** A change of a message's reactions: a user has added or removed one. */
    @RegisterForReflection
    record ReactionChange(String user, String name, boolean on) {}

    /** Who pinned a message, and when. */
    @RegisterForReflection
    record Pin(User by, long time) {}

    /**
     * A message in a room.
     *
     * @param thread the root of the thread to which the message belongs
     * @param alsoInRoom whether a message of a thread is in the room's main view too
     * @param replies of a root: its thread; of a message in a thread: that thread, at the time when this was read
     * @param text null if the message was deleted
     * @param edited when the message got the content that is shown
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
            @Nullable Id thread,
            @Nullable Boolean alsoInRoom,
            @Nullable Key key,
            @Nullable Replies replies,
            @Nullable List<Reaction> reactions,
            @Nullable Pin pinned,
            @Nullable List<String> mentions,
            @Nullable Boolean mentionAll,
            @Nullable String text,
            @Nullable List<Attachment> attachments,
            @Nullable ObjectNode data,
            @Nullable Long edited,
            @Nullable Long deleted)
            implements MessageEvent {

        /** A message at the moment it is posted, without its content. */
        public Message(RoomId room, User from, Place place, @Nullable Key key) {
            this(
                    room,
                    null,
                    null,
                    null,
                    null,
                    from,
                    place.replyTo(),
                    place.thread(),
                    place.alsoInRoom() ? true : null,
                    key,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
    }

    /**
     * A message was edited. Stored in the log like a message, but without the content: it tells the content that the message
     * has when it is read.
     *
     * @param replies of a message in a thread: the thread
     * @param text null if the message was deleted since, or is not in the log any more
     * @param edited when the message got this content
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
            @Nullable Replies replies,
            @Nullable List<String> mentions,
            @Nullable Boolean mentionAll,
            @Nullable String text,
            @Nullable List<Attachment> attachments,
            @Nullable ObjectNode data,
            @Nullable Long edited,
            @Nullable Long deleted)
            implements MessageEvent {

        /** An edit at the moment it happens, without the content. */
        public Edited(RoomId room, User by, Id target, @Nullable Key key) {
            this(room, null, null, null, null, by, target, key, null, null, null, null, null, null, null, null);
        }
    }

    /**
     * A message was deleted. Stored in the log like a message. Its content, reactions, mentions and pin are gone.
     *
     * @param replies of a message in a thread: the thread
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
            @Nullable Replies replies,
            @Nullable Long deleted)
            implements MessageEvent {

        /** A deletion at the moment it happens. */
        public Deleted(RoomId room, User by, Id target, @Nullable Key key) {
            this(room, null, null, null, null, by, target, key, null, null);
        }
    }

    /**
     * The reactions to a message have changed.
     *
     * @param reactions all reactions that the message has when this is read
     * @param changes what this event tells; null if there were too many changes
     * @param refetch true if there were too many changes: to know one's own reactions, a client reads the message again
     */
    @JsonTypeName("reacted")
    @RegisterForReflection
    record Reacted(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            Id target,
            @Nullable List<Reaction> reactions,
            @Nullable List<ReactionChange> changes,
            @Nullable Boolean refetch)
            implements MessageEvent {

        /** An event about reactions without the reactions, which the log adds. */
        public Reacted(RoomId room, Id target) {
            this(room, null, null, null, null, target, null, null, null);
        }
    }

    /**
     * A message was pinned, or is not pinned any more.
     *
     * @param on whether it is pinned now
     */
    @JsonTypeName("pinned")
    @RegisterForReflection
    record Pinned(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            Id target,
            boolean on)
            implements MessageEvent {

        /** A pin at the moment it is set or removed. */
        public Pinned(RoomId room, User by, Id target, boolean on) {
            this(room, null, null, null, null, by, target, on);
        }
    }
}
