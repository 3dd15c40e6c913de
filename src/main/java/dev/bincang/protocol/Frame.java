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
 * What the server says. With {@code req} it answers that command, without it is a push. A field that is null is left
 * out. {@code time} is milliseconds since 1970 by Redis' clock.
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
     * The answer to {@code hello}; without {@code req} the first line of a stream.
     *
     * @param token for guests: what makes the same guest on later connections
     * @param pingMs a {@code ping} comes at least this often; silence for twice as long is a dead link
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

    /** What a client has to keep to. Sizes in bytes of UTF-8, {@code textLength} in Unicode code points. */
    record Limits(
            long frameBytes,
            int textLength,
            int rooms,
            int commandsPerSecond,
            int commandBurst,
            int commandsInFlight,
            int historyPage) {}

    /**
     * How a room goes on.
     *
     * @param state {@code ok}: every event after the position follows; {@code gap} or {@code reset}: that frame follows
     *     first; {@code denied}: there is no such room for you
     * @param head the newest event's id; also the client's position where it gave none; null where denied
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RoomState(State state, @Nullable Id head) {}

    /** The answer to a command that worked; which fields it has follows from the command. */
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

        /** To {@code auth}, {@code ping} and {@code leave}. */
        public static Ok plain(long req) {
            return new Ok(req, null, null, null, null, null, null, null, null, null, null, null);
        }

        /** To {@code join}. */
        public static Ok joined(long req, RoomId room, RoomState at, String role, String name) {
            return new Ok(req, room, at.state(), at.head(), role, name, null, null, null, null, null, null);
        }

        /** To {@code send}, {@code edit} and {@code delete}. */
        public static Ok stored(long req, Id id, long time, boolean duplicate) {
            return new Ok(req, null, null, null, null, null, id, id.seq(), time, duplicate, null, null);
        }
    }

    /** A command was refused. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Error(
            @Nullable Long req,
            ErrorCode code,
            String message,
            boolean retry,
            @Nullable Long retryAfterMs) implements Frame {}

    /** The room is not, or not any more, open to you: you are not in it from here on. */
    record Denied(RoomId room) implements Frame {}

    /**
     * Events {@code fromSeq} to {@code toSeq} are not in the log any more.
     *
     * @param to the id of the last of them, from which the client goes on
     */
    record Gap(RoomId room, long fromSeq, long toSeq, Id to) implements Frame {}

    /** What the client has behind {@code from} never was, or is no more: drop it; what follows goes on from there. */
    record Reset(RoomId room, Id from, Id head) implements Frame {}

    /** A sign of life. Needs no answer. */
    record Ping() implements Frame {}

    /** The token ends in so many milliseconds: {@code auth} with a fresh one, or the connection is closed with 4102. */
    record TokenExpiring(long inMs) implements Frame {}

    /**
     * This pod ends, or has too many: connect anew, which leads to another.
     *
     * @param inMs milliseconds until this connection is closed
     */
    record Drain(long inMs) implements Frame {}

    /** The last line of a stream: what a WebSocket says by its close frame. */
    record Close(int code, String reason) implements Frame {

        public static Close of(CloseCode code) {
            return new Close(code.code(), code.reason());
        }
    }

    /** How a join found the room. */
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
