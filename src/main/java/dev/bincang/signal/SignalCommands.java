package dev.bincang.signal;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.Right;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands that publish signals. */
@Singleton
public class SignalCommands implements Feature {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_.-]{1,32}");

    private final Signals signals;
    private final RateLimits limits;
    private final long size;
    private final int large;

    SignalCommands(Signals signals, RateLimits limits, BincangConfig config) {
        this.signals = signals;
        this.limits = limits;
        size = config.signals().size().asLongValue();
        large = config.rooms().large();
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(
                CommandKind.signal(Signal.class, (by, signal) -> done(signal, send(by, signal))),
                CommandKind.signal(Typing.class, (by, typing) -> done(typing, typing(by, typing))));
    }

    private static Uni<Frame.Ok> done(Command command, Uni<Void> published) {
        return published.map(_ -> new Frame.Ok(command.req()));
    }

    /**
     * Sends an application's own signal. The client need not have joined the room.
     *
     * @param name what the application calls it
     * @param data any JSON object
     */
    @JsonTypeName("signal")
    @RegisterForReflection
    public record Signal(long req, RoomId room, String name, Map<String, @Nullable Object> data)
            implements Command.InRoom {
        public Signal {
            Command.required("room", room);
            Command.required("name", name);
            Command.required("data", data);
        }
    }

    /** Tells the room that the user is typing a message, or has stopped. */
    @JsonTypeName("typing")
    @RegisterForReflection
    public record Typing(long req, RoomId room, boolean on) implements Command.InRoom {
        public Typing {
            Command.required("room", room);
        }
    }

    private Uni<Void> send(Actor by, Signal signal) {
        var refusal = check(signal);
        return refusal == null
                ? signals.publish(
                        by,
                        Right.SIGNAL,
                        "signal:" + signal.name,
                        new AppSignal(signal.room, by.user(), signal.name, signal.data),
                        Signals.ANY_SIZE)
                : Uni.createFrom().failure(refusal);
    }

    private @Nullable Refusal check(Signal signal) {
        if (!NAME.matcher(signal.name).matches()) {
            return Refusal.bad("name: must be 1 to 32 characters of a-z 0-9 _ . -");
        }
        try {
            var json = CharBuffer.wrap(Codec.json().writeValueAsString(signal.data));
            return StandardCharsets.UTF_8.newEncoder().encode(json).remaining() > size
                    ? new Refusal(ErrorCode.TOO_LARGE, "data: must have at most " + size + " bytes as JSON")
                    : null;
        } catch (CharacterCodingException _) {
            return Refusal.bad("data: has an unpaired surrogate");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Users may type fast: what comes too early is not published, and that is no error. */
    private Uni<Void> typing(Actor by, Typing typing) {
        var tooEarly = limits.take(What.TYPING, by.key() + " " + typing.room + " " + typing.on);
        return tooEarly == null
                ? signals.publish(by, Right.SEND, "typing", new TypingSignal(typing.room, by.user(), typing.on), large)
                : Uni.createFrom().voidItem();
    }
}
