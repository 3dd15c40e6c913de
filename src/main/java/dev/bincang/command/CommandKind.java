package dev.bincang.command;

import dev.bincang.protocol.Answer;
import dev.bincang.protocol.Codec;
import dev.bincang.room.Actor;
import io.smallrye.mutiny.Uni;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A kind of command and what runs it.
 *
 * @param type a record with {@link com.fasterxml.jackson.annotation.JsonTypeName}
 * @param lane what a command waits for: the earlier commands of its connection with an equal lane
 * @param run gives the encoded frame that answers the command, or fails with a refusal
 */
public record CommandKind<C extends Command>(
        Class<C> type, Function<C, Object> lane, BiFunction<Actor, C, Uni<byte[]>> run) {

    /** The lane of all reads. They run one at a time, because an answer may be large. */
    public static final Object READS = "reads";

    /** The lane of all signals: a newer one does not overtake an older one. */
    private static final Object SIGNALS = "signals";

    /** A command that changes something in a room. Those of one connection run in their order. */
    public static <C extends Command.InRoom> CommandKind<C> change(
            Class<C> type, BiFunction<Actor, C, Uni<? extends Answer>> run) {
        return new CommandKind<>(type, Command.InRoom::room, encoded(run));
    }

    /** A command that publishes a signal. It does not wait for the writes of its connection, and they do not wait for it. */
    public static <C extends Command> CommandKind<C> signal(
            Class<C> type, BiFunction<Actor, C, Uni<? extends Answer>> run) {
        return new CommandKind<>(type, _ -> SIGNALS, encoded(run));
    }

    private static <C> BiFunction<Actor, C, Uni<byte[]>> encoded(BiFunction<Actor, C, Uni<? extends Answer>> run) {
        return (actor, command) -> run.apply(actor, command).map(Codec::encode);
    }

    /** A command whose answer may be large. It runs when the connection's outbox has room. */
    public static <C extends Command> CommandKind<C> read(Class<C> type, BiFunction<Actor, C, Uni<byte[]>> run) {
        return new CommandKind<>(type, _ -> READS, run);
    }

    Uni<byte[]> runOn(Actor actor, Command command) {
        return run.apply(actor, type.cast(command));
    }

    Object laneOf(Command command) {
        return lane.apply(type.cast(command));
    }
}
