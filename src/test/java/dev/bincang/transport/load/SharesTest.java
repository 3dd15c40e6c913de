package dev.bincang.transport.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.BincangConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SharesTest {

    private final Shares shares = new Shares(new SmallRyeConfigBuilder()
            .withMapping(BincangConfig.class)
            .withDefaultValue("HOSTNAME", "pod")
            .withDefaultValue("bincang.limits.user-in-flight", "2")
            .withConverter(MemorySize.class, 100, new MemorySizeConverter())
            .withConverter(Duration.class, 100, new DurationConverter())
            .build()
            .getConfigMapping(BincangConfig.class));
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<String> begun = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final Queue<UniEmitter<? super String>> inFlight = new ArrayDeque<>();

    private void run(String user, String what) {
        shares.<String>run(user, loop::add, () -> {
                    begun.add(what);
                    return Uni.createFrom().<String>emitter(inFlight::add);
                })
                .subscribe()
                .with(ended::add, failure -> ended.add(failure.getMessage()));
    }

    @Test
    void commandsAboveTheShareWaitInOrderOnTheirOwnLoop() {
        for (var what : List.of("one", "two", "three", "four")) {
            run("ana", what);
        }
        assertEquals(List.of("one", "two"), begun);

        inFlight.remove().complete("done");
        assertEquals(List.of("one", "two"), begun);
        loop.remove().run();
        assertEquals(List.of("one", "two", "three"), begun);
        assertEquals(List.of("done"), ended);
    }

    @Test
    void usersDoNotWaitForEachOther() {
        for (var what : List.of("one", "two", "three")) {
            run("ana", what);
        }
        run("ben", "ben's");

        assertEquals(List.of("one", "two", "ben's"), begun);
    }

    @Test
    void aCommandThatFailsOrThrowsFreesItsPlace() {
        run("ana", "one");
        inFlight.remove().fail(new IllegalStateException("failed"));
        shares.<String>run("ana", loop::add, () -> {
                    throw new IllegalStateException("thrown");
                })
                .subscribe()
                .with(ended::add, failure -> ended.add(failure.getMessage()));
        assertEquals(List.of("failed", "thrown"), ended);
        assertEquals(0, shares.users());

        run("ana", "two");
        run("ana", "three");
        assertEquals(List.of("one", "two", "three"), begun);
    }

    @Test
    void aUserWithoutCommandsInFlightIsForgotten() {
        run("ana", "one");
        run("ben", "two");
        assertEquals(2, shares.users());
        inFlight.remove().complete("done");
        inFlight.remove().complete("done");

        assertEquals(0, shares.users());
    }
}
