package dev.bincang.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.bincang.protocol.Codec;
import java.util.Collection;

/** Decodes JSON text to a {@link Command} of the kinds that it was given. Safe for any thread. */
public final class CommandReader {

    private final ObjectReader reader;

    /** @param types records with {@link com.fasterxml.jackson.annotation.JsonTypeName} */
    public CommandReader(Collection<Class<? extends Command>> types) {
        var json = Codec.json().copy();
        json.registerSubtypes(types.toArray(Class<?>[]::new));
        reader = json.readerFor(Command.class);
    }

    /**
     * Reads one command. Unknown fields are ignored.
     *
     * @throws Codec.BadFrame if the text is not a valid command; its message is for the client
     */
    public Command read(String text) throws Codec.BadFrame {
        try {
            Command command = reader.readValue(text);
            if (command == null) {
                throw new Codec.BadFrame(null, "a frame must be one JSON object");
            }
            if (command.req() < 0) {
                throw new Codec.BadFrame(null, "req: must be a number of 0 or more");
            }
            return command;
        } catch (JsonProcessingException e) {
            throw new Codec.BadFrame(Codec.req(text), Codec.reason(e));
        }
    }
}
