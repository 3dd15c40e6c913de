package dev.bincang.signal;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** A user is typing a message, or has stopped. */
@JsonTypeName("typing")
@RegisterForReflection
public record TypingSignal(RoomId room, User by, boolean on) implements Frame.Signal {}
