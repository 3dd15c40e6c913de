package dev.bincang.message.reaction;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.message.MessageEvent.Reaction;
import dev.bincang.protocol.Answer;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.util.List;

/** The command that reacts to a message. */
@Singleton
public class ReactCommands implements Feature {

    private final Reactions reactions;

    ReactCommands(Reactions reactions) {
        this.reactions = reactions;
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(CommandKind.change(
                React.class,
                (by, react) -> reactions
                        .react(by, react.room, react.target, react.name, react.on)
                        .map(all -> new OkToReact(react.req, all))));
    }

    /**
     * Adds the user's reaction to a message, or removes it.
     *
     * @param target the message
     * @param name one emoji, or a word
     */
    @JsonTypeName("react")
    @RegisterForReflection
    public record React(long req, RoomId room, Id target, String name, boolean on) implements Command.InRoom {
        public React {
            Command.required("room", room);
            Command.required("target", target);
            Command.required("name", name);
        }
    }

    /**
     * The answer to {@code react}.
     *
     * @param reactions all reactions to the message
     */
    @JsonTypeName("ok")
    @RegisterForReflection
    public record OkToReact(long req, List<Reaction> reactions) implements Answer {}
}
