package dev.bincang.command;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command that concerns the connection itself. It cannot be sent by {@code POST /api/commands}. */
public sealed interface ConnectionCommand extends Command {

    /** All of them. */
    List<Class<? extends Command>> TYPES = List.of(Hello.class, Auth.class, Join.class, Leave.class, Ping.class);

    /**
     * Tells who the client is and which rooms to join or resume, in one round trip.
     *
     * @param protocol the version the client speaks; null means 1
     * @param token a token of an identity provider, or the one that an earlier {@code welcome} gave to a guest
     * @param guest the name that a new guest wants
     * @param rooms room to position; a null position means: only new events
     */
    @JsonTypeName("hello")
    @RegisterForReflection
    record Hello(
            long req,
            @Nullable Integer protocol,
            @Nullable String token,
            @Nullable String guest,
            @Nullable Map<RoomId, @Nullable Id> rooms)
            implements ConnectionCommand {}

    /** Replaces the token in use by a fresh one of the same user, before the one in use expires. */
    @JsonTypeName("auth")
    @RegisterForReflection
    record Auth(long req, String token) implements ConnectionCommand {
        public Auth {
            Command.required("token", token);
        }
    }

    /**
     * Subscribes to a room.
     *
     * @param after the position to continue from; the events after it follow
     * @param last only without {@code after}: the number of newest events to begin with
     */
    @JsonTypeName("join")
    @RegisterForReflection
    record Join(
            long req,
            RoomId room,
            @Nullable Id after,
            @Nullable Integer last) implements ConnectionCommand {
        public Join {
            Command.required("room", room);
        }
    }

    @JsonTypeName("leave")
    @RegisterForReflection
    record Leave(long req, RoomId room) implements ConnectionCommand {
        public Leave {
            Command.required("room", room);
        }
    }

    @JsonTypeName("ping")
    @RegisterForReflection
    record Ping(long req) implements ConnectionCommand {}
}
