package dev.bincang.mark;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.protocol.Answer;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands on a member's mark. */
@Singleton
public class MarkCommands implements Feature {

    private final Marks marks;

    MarkCommands(Marks marks) {
        this.marks = marks;
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(
                CommandKind.change(
                        Read.class, (by, read) -> ok(read, marks.read(by, read.room, read.upTo, read.known))),
                CommandKind.change(
                        Unread.class, (by, unread) -> ok(unread, marks.unread(by, unread.room, unread.from))));
    }

    private static Uni<OkToRead> ok(Command command, Uni<Marks.Mark> done) {
        return done.map(mark -> new OkToRead(command.req(), mark.id(), mark.n(), mark.unread(), mark.mentions()));
    }

    /**
     * Moves the user's mark forward: they have read everything up to an event.
     *
     * @param known the mark that the client knows; if it is another one now, nothing changes
     */
    @JsonTypeName("read")
    @RegisterForReflection
    public record Read(
            long req, RoomId room, Id upTo, @Nullable Id known) implements Command.InRoom {
        public Read {
            Command.required("room", room);
            Command.required("upTo", upTo);
        }
    }

    /**
     * Moves the user's mark back.
     *
     * @param from the first event that is unread then
     */
    @JsonTypeName("unread")
    @RegisterForReflection
    public record Unread(long req, RoomId room, Id from) implements Command.InRoom {
        public Unread {
            Command.required("room", room);
            Command.required("from", from);
        }
    }

    /**
     * The answer to {@code read} and {@code unread}.
     *
     * @param mark the event up to which the user has read
     * @param n the number of messages up to it
     * @param unread the number of messages after it, without deleted ones
     * @param mentions the number of mentions of the user after it
     */
    @JsonTypeName("ok")
    @RegisterForReflection
    public record OkToRead(long req, Id mark, long n, long unread, long mentions) implements Answer {}
}
