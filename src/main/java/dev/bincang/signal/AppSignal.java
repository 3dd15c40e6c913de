package dev.bincang.signal;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An application's own signal.
 *
 * @param data any JSON object; the server passes it on and does not read it
 */
@JsonTypeName("signal")
@RegisterForReflection
public record AppSignal(RoomId room, User by, String name, Map<String, @Nullable Object> data)
        implements Frame.Signal {}
