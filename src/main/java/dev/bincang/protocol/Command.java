package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for. {@code req} is the client's number for the command; the answer carries it back. A field that
 * is null was left out.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = Command.Auth.class, name = "auth"),
    @JsonSubTypes.Type(value = Command.Join.class, name = "join"),
    @JsonSubTypes.Type(value = Command.Leave.class, name = "leave"),
    @JsonSubTypes.Type(value = Command.Send.class, name = "send"),
    @JsonSubTypes.Type(value = Command.Edit.class, name = "edit"),
    @JsonSubTypes.Type(value = Command.Delete.class, name = "delete"),
    @JsonSubTypes.Type(value = Command.History.class, name = "history"),
    @JsonSubTypes.Type(value = Command.Ping.class, name = "ping"),
})
@RegisterForReflection(
        targets = {
            Command.class,
            Command.Hello.class,
            Command.Auth.class,
            Command.Join.class,
            Command.Leave.class,
            Command.Send.class,
            Command.Edit.class,
            Command.Delete.class,
            Command.History.class,
            Command.Ping.class
        })
public sealed interface Command {

    long req();

    /** The label of this kind of command in metrics. */
    default String kind() {
        return switch (this) {
            case Hello _ -> "hello";
            case Auth _ -> "auth";
            case Join _ -> "join";
            case Leave _ -> "leave";
            case Send _ -> "send";
            case Edit _ -> "edit";
            case Delete _ -> "delete";
            case History _ -> "history";
            case Ping _ -> "ping";
        };
    }

    /**
     * Who is there, and which rooms to join or resume, in one round trip.
     *
     * @param protocol the version the client speaks; null means 1
     * @param token of an identity provider, or the one an earlier {@code welcome} gave a guest
     * @param guest the name a new guest wants
     * @param rooms room to position; null means from now on
     */
    record Hello(
            long req,
            @Nullable Integer protocol,
            @Nullable String token,
            @Nullable String guest,
            @Nullable Map<RoomId, @Nullable Id> rooms)
            implements Command {}

    /** Go on with a fresh token of the same user, before the one in use ends. */
    record Auth(long req, String token) implements Command {}

    /**
     * Subscribe to a room.
     *
     * @param after go on behind this position
     * @param last without {@code after}: begin with so many of the newest events
     */
    record Join(
            long req,
            RoomId room,
            @Nullable Id after,
            @Nullable Integer last) implements Command {}

    record Leave(long req, RoomId room) implements Command {}

    /** Post a message. It needs no join. */
    record Send(
            long req,
            RoomId room,
            @Nullable Key key,
            String text,
            @Nullable Id replyTo) implements Command {}

    /**
     * Give a message of one's own another text.
     *
     * @param target the message
     */
    record Edit(long req, RoomId room, @Nullable Key key, Id target, String text) implements Command {}

    /**
     * Take a message away, one's own or, for who moderates, anybody's.
     *
     * @param target the message
     */
    record Delete(long req, RoomId room, @Nullable Key key, Id target) implements Command {}

    /**
     * Older events, in order.
     *
     * @param before the page ends before this event; null means at the newest
     * @param limit at most so many
     */
    record History(
            long req,
            RoomId room,
            @Nullable Id before,
            @Nullable Integer limit) implements Command {}

    record Ping(long req) implements Command {}
}
