package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command from a client. {@code req} is the client's number for the command; the answer repeats it. A null field was
 * not in the frame.
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
     * Tells who the client is and which rooms to join or resume, in one round trip.
     *
     * @param protocol the version the client speaks; null means 1
     * @param token a token of an identity provider, or the one that an earlier {@code welcome} gave to a guest
     * @param guest the name that a new guest wants
     * @param rooms room to position; a null position means: only new events
     */
    record Hello(
            long req,
            @Nullable Integer protocol,
            @Nullable String token,
            @Nullable String guest,
            @Nullable Map<RoomId, @Nullable Id> rooms)
            implements Command {}

    /** Replaces the token in use by a fresh one of the same user, before the one in use expires. */
    record Auth(long req, String token) implements Command {}

    /**
     * Subscribes to a room.
     *
     * @param after the position to continue from; the events after it follow
     * @param last only without {@code after}: the number of newest events to begin with
     */
    record Join(
            long req,
            RoomId room,
            @Nullable Id after,
            @Nullable Integer last) implements Command {}

    record Leave(long req, RoomId room) implements Command {}

    /** Posts a message. The client need not have joined the room. */
    record Send(
            long req,
            RoomId room,
            @Nullable Key key,
            String text,
            @Nullable Id replyTo) implements Command {}

    /**
     * Changes the text of the user's own message.
     *
     * @param target the message
     */
    record Edit(long req, RoomId room, @Nullable Key key, Id target, String text) implements Command {}

    /**
     * Deletes a message: the user's own, or anybody's if the user moderates the room.
     *
     * @param target the message
     */
    record Delete(long req, RoomId room, @Nullable Key key, Id target) implements Command {}

    /**
     * Asks for older events, in order.
     *
     * @param before the page ends before this event; null means it ends with the newest event
     * @param limit the highest number of events
     */
    record History(
            long req,
            RoomId room,
            @Nullable Id before,
            @Nullable Integer limit) implements Command {}

    record Ping(long req) implements Command {}
}
