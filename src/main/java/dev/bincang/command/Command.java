package dev.bincang.command;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.protocol.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * A command from a client: a record with {@link JsonTypeName}. {@code req} is the client's number for the command; the
 * answer repeats it. A null field was not in the frame. {@link ConnectionCommand} has those that concern the connection
 * itself. Each other one is in the folder of its feature.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public interface Command {

    /** A command that acts in one room. */
    interface InRoom extends Command {
        RoomId room();
    }

    long req();

    /** The name of this kind of command on the wire and in metrics. */
    default String kind() {
        return getClass().getAnnotation(JsonTypeName.class).value();
    }

    /**
     * Checks a required field in the constructor of a command, because Jackson leaves a missing reference null.
     *
     * @throws IllegalArgumentException if the value is null; its message is for the client
     */
    static void required(String field, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(field + ": missing");
        }
    }
}
