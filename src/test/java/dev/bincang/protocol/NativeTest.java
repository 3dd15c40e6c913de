package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.command.Command;
import dev.bincang.room.RoomEvent;
import dev.bincang.testing.JsonTypes;
import dev.bincang.testing.WireTypes;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In a native image Jackson knows only the types that were registered at build time. */
class NativeTest {

    @Test
    void everyTypeOnTheWireIsRegisteredForReflection() {
        var all = JsonTypes.from(Stream.of(
                        WireTypes.records(Command.class),
                        WireTypes.records(Frame.class),
                        Stream.of(Refusal.Problem.class))
                .flatMap(types -> types));

        var registered = all.stream().flatMap(NativeTest::registeredBy).collect(Collectors.toSet());
        assertEquals(registered, all);
        assertTrue(all.containsAll(Set.of(User.class, Id.class, Key.class, Frame.State.class, RoomEvent.Audit.class)));
    }

    private static Stream<Class<?>> registeredBy(Class<?> type) {
        var registration = type.getAnnotation(RegisterForReflection.class);
        if (registration == null) {
            return Stream.of();
        }
        return registration.targets().length == 0 ? Stream.of(type) : Stream.of(registration.targets());
    }
}
