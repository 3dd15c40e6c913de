package dev.bincang.transport;

import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Command;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Refusal;
import dev.bincang.room.Actor;
import dev.bincang.room.Messages;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Runs the commands that need no connection. Every transport accepts them. */
@Singleton
public class Commands {

    private final Messages messages;

    Commands(Messages messages) {
        this.messages = messages;
    }

    /** Runs a command and returns the encoded frame that answers it. Fails as the use case does. */
    public Uni<byte[]> run(Actor actor, Command command) {
        return switch (command) {
            case Command.Send send ->
                stored(send, messages.send(actor, send.room(), send.text(), send.replyTo(), send.key()));
            case Command.Edit edit ->
                stored(edit, messages.edit(actor, edit.room(), edit.target(), edit.text(), edit.key()));
            case Command.Delete delete ->
                stored(delete, messages.delete(actor, delete.room(), delete.target(), delete.key()));
            case Command.History history ->
                messages.history(actor, history.room(), history.before(), history.limit())
                        .map(page -> Codec.history(history.req(), page.events(), page.more()));
            case Command.Hello _, Command.Auth _, Command.Join _, Command.Leave _, Command.Ping _ ->
                Uni.createFrom().failure(Refusal.bad("type: " + command.kind() + " needs a connection"));
        };
    }

    private static Uni<byte[]> stored(Command command, Uni<RoomLog.Stored> done) {
        return done.map(
                stored -> Codec.encode(Frame.Ok.stored(command.req(), stored.id(), stored.time(), stored.duplicate())));
    }
}
