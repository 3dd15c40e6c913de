package dev.bincang.message;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Answer;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The commands on messages. */
@Singleton
public class MessageCommands implements Feature {

    private final Messages messages;

    MessageCommands(Messages messages) {
        this.messages = messages;
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(
                CommandKind.change(
                        Send.class,
                        (by, send) ->
                                stored(send, messages.send(by, send.room, send.content(), send.place(), send.key))),
                CommandKind.change(
                        Edit.class,
                        (by, edit) ->
                                stored(edit, messages.edit(by, edit.room, edit.target, edit.content(), edit.key))),
                CommandKind.change(
                        Delete.class,
                        (by, delete) -> stored(delete, messages.delete(by, delete.room, delete.target, delete.key))));
    }

    private static Uni<OkToSend> stored(Command command, Uni<RoomLog.Stored> done) {
        return done.map(stored -> new OkToSend(
                command.req(),
                stored.id(),
                stored.id().seq(),
                stored.time(),
                stored.duplicate(),
                command instanceof Delete ? null : leftOut(stored.detail())));
    }

    private static @Nullable List<String> leftOut(String users) {
        return users.isEmpty()
                ? null
                : Stream.of(users.split(" ", -1)).map(Keys::unescape).toList();
    }

    /** Posts a message. The client need not have joined the room. {@link Content} and {@link Place} explain the fields. */
    @JsonTypeName("send")
    @RegisterForReflection
    public record Send(
            long req,
            RoomId room,
            @Nullable Key key,
            @Nullable Id replyTo,
            @Nullable Id thread,
            @Nullable Boolean alsoInRoom,
            @Nullable List<String> mentions,
            @Nullable Boolean mentionAll,
            @Nullable String text,
            @Nullable List<Attachment> attachments,
            @Nullable ObjectNode data)
            implements Command.InRoom {
        public Send {
            Command.required("room", room);
        }

        Content content() {
            return new Content(text, mentions, mentionAll, attachments, data);
        }

        Place place() {
            return new Place(replyTo, thread, Boolean.TRUE.equals(alsoInRoom));
        }
    }

    /**
     * Changes the content of the user's own message: all of it, so what the command does not have is removed.
     *
     * @param target the message
     */
    @JsonTypeName("edit")
    @RegisterForReflection
    public record Edit(
            long req,
            RoomId room,
            @Nullable Key key,
            Id target,
            @Nullable List<String> mentions,
            @Nullable Boolean mentionAll,
            @Nullable String text,
            @Nullable List<Attachment> attachments,
            @Nullable ObjectNode data)
            implements Command.InRoom {
        public Edit {
            Command.required("room", room);
            Command.required("target", target);
        }

        Content content() {
            return new Content(text, mentions, mentionAll, attachments, data);
        }
    }

    /**
     * Deletes a message: the user's own, or anybody's if the user moderates the room.
     *
     * @param target the message
     */
    @JsonTypeName("delete")
    @RegisterForReflection
    public record Delete(long req, RoomId room, @Nullable Key key, Id target) implements Command.InRoom {
        public Delete {
            Command.required("room", room);
            Command.required("target", target);
        }
    }

    /**
     * The answer to {@code send}, {@code edit} and {@code delete}.
     *
     * @param time null for a duplicate of an event that is not in the log any more
     * @param duplicate whether the key was known; then the other fields are those of the first result
     * @param notMentioned ids of users whom the message does not mention, because they cannot read the room; null if there is
     *     none, and for a duplicate
     */
    @JsonTypeName("ok")
    @RegisterForReflection
    public record OkToSend(
            long req,
            Id id,
            long seq,
            @Nullable Long time,
            boolean duplicate,
            @Nullable List<String> notMentioned) implements Answer {}
}
