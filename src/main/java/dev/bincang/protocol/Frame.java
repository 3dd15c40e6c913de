package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A frame from the server: a record with {@link JsonTypeName}. With {@code req} it answers that command; without {@code req} it is a push. A null field is
 * left out. {@code time} is milliseconds since 1970 by Redis' clock.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonInclude(JsonInclude.Include.NON_NULL)
public interface Frame {

    /**
     * A frame of a room that is not in its log: it may be lost, and it moves no position. Each kind of signal is a record in
     * the folder of its feature.
     */
    @JsonPropertyOrder({"type", "room"})
    interface Signal extends Frame {
        RoomId room();
    }

    /**
     * The answer to {@code hello}. Without {@code req} it is the first line of a stream.
     *
     * @param token only for guests: the token that identifies the same guest on later connections
     * @param pingMs a {@code ping} comes at least this often; after twice that time without any frame the link is dead
     */
    @JsonTypeName("welcome")
    @RegisterForReflection
    record Welcome(
            @Nullable Long req,
            int protocol,
            String connection,
            String pod,
            User user,
            @Nullable String token,
            long pingMs,
            Limits limits,
            Map<RoomId, RoomState> rooms)
            implements Frame {}

    /** The limits that a client must keep. Sizes are in bytes of UTF-8, {@code textLength} in Unicode code points. */
    @RegisterForReflection
    record Limits(
            long frameBytes,
            int textLength,
            int rooms,
            int commandsPerSecond,
            int commandBurst,
            int commandsInFlight,
            int historyPage) {}

    /**
     * The result of joining or resuming a room.
     *
     * @param state {@code ok}: every event after the position follows; {@code gap} or {@code reset}: that frame follows
     *     first; {@code denied}: the user cannot see such a room
     * @param head the id of the newest event; also the client's position if it gave none; null if denied
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RegisterForReflection
    record RoomState(State state, @Nullable Id head) {}

    /** The answer to {@code auth}, {@code ping} and {@code leave}. */
    @JsonTypeName("ok")
    @RegisterForReflection
    record Ok(long req) implements Answer {}

    /** The answer to {@code join}. */
    @JsonTypeName("ok")
    @RegisterForReflection
    record OkToJoin(long req, RoomId room, State state, Id head, String role, String name) implements Answer {}

    /** Tells that a command was refused. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonTypeName("error")
    @RegisterForReflection
    record Error(
            @Nullable Long req,
            ErrorCode code,
            String message,
            boolean retry,
            @Nullable Long retryAfterMs) implements Frame {}

    /** The user cannot read the room, or cannot read it any more. The connection leaves the room with this frame. */
    @JsonTypeName("denied")
    @RegisterForReflection
    record Denied(RoomId room) implements Frame {}

    /**
     * Events {@code fromSeq} to {@code toSeq} are not in the log any more.
     *
     * @param to the id of the last of them; the client continues from there
     */
    @JsonTypeName("gap")
    @RegisterForReflection
    record Gap(RoomId room, long fromSeq, long toSeq, Id to) implements Frame {}

    /**
     * The events that the client has after {@code from} are not in the log: they never were, or they were lost. The
     * client drops them; the events that follow continue from {@code from}.
     */
    @JsonTypeName("reset")
    @RegisterForReflection
    record Reset(RoomId room, Id from, Id head) implements Frame {}

    /** A sign of life. It needs no answer. */
    @JsonTypeName("ping")
    @RegisterForReflection
    record Ping() implements Frame {}

    /**
     * The token expires in {@code inMs} milliseconds. The client sends {@code auth} with a fresh token; otherwise the
     * connection is closed with 4102.
     */
    @JsonTypeName("token_expiring")
    @RegisterForReflection
    record TokenExpiring(long inMs) implements Frame {}

    /**
     * This pod ends or has too many connections. The client reconnects, and reaches another pod.
     *
     * @param inMs milliseconds until this connection is closed
     */
    @JsonTypeName("drain")
    @RegisterForReflection
    record Drain(long inMs) implements Frame {}

    /** The last line of a stream. It carries what a WebSocket tells in its close frame. */
    @JsonTypeName("close")
    @RegisterForReflection
    record Close(int code, String reason) implements Frame {

        public static Close of(CloseCode code) {
            return new Close(code.code(), code.reason());
        }
    }

    /** The state of the room's log at a join, relative to the client's position. */
    @RegisterForReflection
    enum State {
        OK,
        GAP,
        RESET,
        DENIED;

        @JsonValue
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
