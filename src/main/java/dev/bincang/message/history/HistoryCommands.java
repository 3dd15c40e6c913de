package dev.bincang.message.history;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.protocol.Answer;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that read a room's log. */
@Singleton
public class HistoryCommands implements Feature {

    private final RoomHistory roomHistory;

    HistoryCommands(RoomHistory roomHistory) {
        this.roomHistory = roomHistory;
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(CommandKind.read(
                History.class,
                (by, history) -> roomHistory
                        .page(by, history.room, history.before, history.limit)
                        .map(page -> Codec.history(history.req, page.events(), page.more()))));
    }

    /**
     * Asks for older events, in order.
     *
     * @param before the page ends before this event; null means it ends with the newest event
     * @param limit the highest number of events
     */
    @JsonTypeName("history")
    @RegisterForReflection
    public record History(
            long req,
            RoomId room,
            @Nullable Id before,
            @Nullable Integer limit) implements Command.InRoom {
        public History {
            Command.required("room", room);
        }
    }

    /**
     * The answer to {@code history}.
     *
     * @param events in the order of the log
     * @param more whether there are older events
     */
    @JsonTypeName("ok")
    @RegisterForReflection
    public record OkToHistory(long req, List<Event> events, boolean more) implements Answer {}
}
