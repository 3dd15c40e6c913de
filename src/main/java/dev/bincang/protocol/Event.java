package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * A frame that is stored in a room's log. Each has an {@code id}, and a client that receives it moves its position
 * there. {@code id}, {@code seq}, {@code time} and {@code n} are null until the log sets them. {@code n} is the number of
 * messages that the main view of the room has had. Each kind of event is a record in the folder of its feature.
 */
@JsonPropertyOrder({"type", "room", "id", "seq", "time", "n"})
@RegisterForReflection
public interface Event extends Frame {

    RoomId room();

    @Nullable
    Id id();

    /** The event's place in the room's order, from 1. */
    @Nullable
    Long seq();

    /** Milliseconds since 1970 by Redis' clock. */
    @Nullable
    Long time();

    @Nullable
    Long n();
}
