package dev.bincang.command;

import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Refusal;
import dev.bincang.room.Actor;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All commands. Every transport accepts those of the features. */
@Singleton
public class Commands {

    private final Map<Class<?>, CommandKind<?>> kinds = new HashMap<>();
    private final CommandReader reader;

    Commands(@All List<Feature> features) {
        var types = new ArrayList<>(ConnectionCommand.TYPES);
        for (var feature : features) {
            for (var kind : feature.commands()) {
                kinds.put(kind.type(), kind);
                types.add(kind.type());
            }
        }
        reader = new CommandReader(types);
    }

    /**
     * Reads one command. Unknown fields are ignored.
     *
     * @throws Codec.BadFrame if the text is not a valid command; its message is for the client
     */
    public Command read(String text) throws Codec.BadFrame {
        return reader.read(text);
    }

    /** Runs a command and returns the encoded frame that answers it. Fails as the feature does. */
    public Uni<byte[]> run(Actor actor, Command command) {
        var kind = kind(command);
        return kind == null
                ? Uni.createFrom().failure(Refusal.bad("type: " + command.kind() + " needs a connection"))
                : kind.runOn(actor, command);
    }

    /** The lane of a feature's command: {@link CommandKind#lane}. */
    public Object lane(Command command) {
        var kind = kind(command);
        if (kind == null) {
            throw new IllegalArgumentException(command.kind());
        }
        return kind.laneOf(command);
    }

    private @Nullable CommandKind<?> kind(Command command) {
        return kinds.get(command.getClass());
    }
}
