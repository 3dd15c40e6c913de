package dev.bincang.message;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.room.Actor;
import dev.bincang.room.Events;
import dev.bincang.room.Right;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.List;

/** The command that pins a message. */
@Singleton
public class PinCommands implements Feature {

    private static final String PINNED = "pinned";

    private final Events events;
    private final RateLimits limits;
    private final RoomLog.AppendRule pin;
    private final int most;

    PinCommands(Events events, RateLimits limits, BincangConfig config) {
        this.limits = limits;
        this.events = events;
        pin = events.rule(PinCommands.class, "pin.lua");
        most = config.messages().pins();
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(CommandKind.change(
                Pin.class, (by, pin) -> pin(by, pin.room, pin.target, pin.on).replaceWith(new Frame.Ok(pin.req))));
    }

    /**
     * Pins a message of the room, or ends that. Doing it again changes nothing.
     *
     * <p>Fails with {@code not_found} if the actor may not know the room, or if the message was deleted or is not in the log
     * any more, with {@code forbidden}, with {@code rate_limited} as moderation does, and with {@code limit_reached} if the
     * room has too many pinned messages.
     */
    public Uni<RoomLog.Stored> pin(Actor by, RoomId room, Id target, boolean on) {
        var tooOften = limits.take(What.MODERATE, by.key());
        if (tooOften != null) {
            return Uni.createFrom().failure(tooOften);
        }
        return events.log(
                room,
                new MessageEvent.Pinned(room, by.user(), target, on),
                new Events.Subject(PINNED, by.key(), target, new byte[] {'}'}),
                new Events.Authorship(by, room.isDirect() ? Right.SEND : Right.PIN),
                pin,
                on ? "1" : "",
                most,
                json(by.user()));
    }

    private static String json(User user) {
        try {
            return Codec.json().writeValueAsString(user);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Pins a message, or ends that.
     *
     * @param target the message
     */
    @JsonTypeName("pin")
    @RegisterForReflection
    public record Pin(long req, RoomId room, Id target, boolean on) implements Command.InRoom {
        public Pin {
            Command.required("room", room);
            Command.required("target", target);
        }
    }
}
