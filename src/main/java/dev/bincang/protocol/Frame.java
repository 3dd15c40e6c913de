package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A frame from the server. With {@code req} it answers that command; without {@code req} it is a push. A null field is
 * left out. {@code time} is milliseconds since 1970 by Redis' clock.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Frame.Welcome.class, name = "welcome"),
    @JsonSubTypes.Type(value = Frame.Ok.class, name = "ok"),
    @JsonSubTypes.Type(value = Frame.Error.class, name = "error"),
    @JsonSubTypes.Type(value = Event.Message.class, name = "message"),
    @JsonSubTypes.Type(value = Event.Edited.class, name = "edited"),
    @JsonSubTypes.Type(value = Event.Deleted.class, name = "deleted"),
    @JsonSubTypes.Type(value = Event.Member.class, name = "member"),
    @JsonSubTypes.Type(value = Event.Room.class, name = "room"),
    @JsonSubTypes.Type(value = Event.Inbox.class, name = "inbox"),
    @JsonSubTypes.Type(value = Event.Audit.class, name = "audit"),
    @JsonSubTypes.Type(value = Frame.Denied.class, name = "denied"),
    @JsonSubTypes.Type(value = Frame.Gap.class, name = "gap"),
    @JsonSubTypes.Type(value = Frame.Reset.class, name = "reset"),
    @JsonSubTypes.Type(value = Frame.Ping.class, name = "ping"),
    @JsonSubTypes.Type(value = Frame.TokenExpiring.class, name = "token_expiring"),
    @JsonSubTypes.Type(value = Frame.Drain.class, name = "drain"),
    @JsonSubTypes.Type(value = Frame.Close.class, name = "close"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection(
        targets = {
            Frame.class,
            Frame.Welcome.class,
            Frame.Limits.class,
            Frame.RoomState.class,
            Frame.State.class,
            Frame.Ok.class,
            Frame.Error.class,
            Frame.Denied.class,
            Frame.Gap.class,
            Frame.Reset.class,
            Frame.Ping.class,
            Frame.TokenExpiring.class,
            Frame.Drain.class,
            Frame.Close.class
        })
public sealed interface Frame
        permits Event,
                Frame.Welcome,
                Frame.Ok,
                Frame.Error,
                Frame.Denied,
                Frame.Gap,
                Frame.Reset,
                Frame.Ping,
                Frame.TokenExpiring,
                Frame.Drain,
                Frame.Close {

    /**
     * The answer to {@code hello}. Without {@code req} it is the first line of a stream.
     *
     * @param token only for guests: the token that identifies the same guest on later connections
     * @param pingMs a {@code ping} comes at least this often; after twice that time without any frame the link is dead
     */
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
    record RoomState(State state, @Nullable Id head) {}

    /** The answer to a command that succeeded. The command decides which fields are set. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Ok(
            long req,
            @Nullable RoomId room,
            @Nullable State state,
            @Nullable Id head,
            @Nullable String role,
            @Nullable String name,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Boolean duplicate,
            @Nullable List<Frame> events,
            @Nullable Boolean more)
            implements Frame {

        /** The answer to {@code auth}, {@code ping} and {@code leave}. */
        public static Ok plain(long req) {
            return new Ok(req, null, null, null, null, null, null, null, null, null, null, null);
        }

        /** The answer to {@code join}. */
        public static Ok joined(long req, RoomId room, RoomState at, String role, String name) {
            return new Ok(req, room, at.state(), at.head(), role, name, null, null, null, null, null, null);
        }

        /** The answer to {@code send}, {@code edit} and {@code delete}. */
        public static Ok stored(long req, Id id, @Nullable Long time, boolean duplicate) {
            return new Ok(req, null, null, null, null, null, id, id.seq(), time, duplicate, null, null);
        }
    }

    /** Tells that a command was refused. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Error(
            @Nullable Long req,
            ErrorCode code,
            String message,
            boolean retry,
            @Nullable Long retryAfterMs) implements Frame {}

    /** The user cannot read the room, or cannot read it any more. The connection leaves the room with this frame. */
    record Denied(RoomId room) implements Frame {}

    /**
     * Events {@code fromSeq} to {@code toSeq} are not in the log any more.
     *
     * @param to the id of the last of them; the client continues from there
     */
    record Gap(RoomId room, long fromSeq, long toSeq, Id to) implements Frame {}

    /**
     * The events that the client has after {@code from} are not in the log: they never were, or they were lost. The
     * client drops them; the events that follow continue from {@code from}.
     */
    record Reset(RoomId room, Id from, Id head) implements Frame {}

    /** A sign of life. It needs no answer. */
    record Ping() implements Frame {}

    /**
     * The token expires in {@code inMs} milliseconds. The client sends {@code auth} with a fresh token; otherwise the
     * connection is closed with 4102.
     */
    record TokenExpiring(long inMs) implements Frame {}

    /**
     * This pod ends or has too many connections. The client reconnects, and reaches another pod.
     *
     * @param inMs milliseconds until this connection is closed
     */
    record Drain(long inMs) implements Frame {}

    /** The last line of a stream. It carries what a WebSocket tells in its close frame. */
    record Close(int code, String reason) implements Frame {

        public static Close of(CloseCode code) {
            return new Close(code.code(), code.reason());
        }
    }

    /** The state of the room's log at a join, relative to the client's position. */
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
