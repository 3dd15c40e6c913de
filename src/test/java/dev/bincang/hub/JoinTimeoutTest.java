package dev.bincang.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.bincang.hub.Hub.Loop;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A join of a room whose channel Redis does not acknowledge. */
class JoinTimeoutTest {

    private static final RoomId ROOM = new RoomId("r");

    private final Simulation world = new Simulation(1);
    private final ModelLog log = new ModelLog(world);
    private final Clock clock = new Clock();
    private final Hub hub =
            new Hub(log, world.line(), new Silent(), DeliveryModelTest.KEYS, new Counters(), DeliveryModelTest.CONFIG);
    private final LoopHub loop = hub.on(clock);
    private @Nullable Throwable failure;

    private static final class Silent implements Hub.Channels {
        @Override
        public void subscribe(String channel) {}

        @Override
        public void unsubscribe(String channel) {}
    }

    /** An event loop whose time this test sets. */
    private static final class Clock implements Loop {

        private record Timer(Duration due, Runnable task) {}

        private List<Timer> timers = new ArrayList<>();
        private Duration now = Duration.ZERO;

        @Override
        public void execute(Runnable task) {
            after(Duration.ZERO, task);
        }

        @Override
        public void after(Duration delay, Runnable task) {
            timers.add(new Timer(now.plus(delay), task));
        }

        /** The loop stands still for this time, and then runs what is due. */
        void pass(Duration time) {
            now = now.plus(time);
            var all = timers;
            timers = new ArrayList<>();
            for (var timer : all) {
                if (timer.due.compareTo(now) <= 0) {
                    timer.task.run();
                } else {
                    timers.add(timer);
                }
            }
        }
    }

    JoinTimeoutTest() {
        var client = new ModelClient(world, log, loop, ROOM, 10_000, ModelLog.USERS.getFirst());
        loop.join(ROOM, client, client, false, null, 0).subscribe().with(_ -> {}, failed -> failure = failed);
        world.settle();
    }

    private void passMillis(int millis) {
        for (int i = 0; i < millis; i += 10) {
            clock.pass(Duration.ofMillis(10));
        }
    }

    @Test
    void theJoinFailsAfterTheTimeout() {
        var timeout = (int) hub.joinTimeout().toMillis();
        passMillis(timeout - 100);
        assertNull(failure);

        passMillis(200);

        assertEquals(
                ErrorCode.UNAVAILABLE, assertInstanceOf(Refusal.class, failure).code());
    }

    @Test
    void timeInWhichTheLoopDidNotRunDoesNotCount() {
        clock.pass(Duration.ofMinutes(1));
        assertNull(failure);
        passMillis(1_000);
        assertNull(failure);

        passMillis(1_000);

        assertInstanceOf(Refusal.class, failure);
    }
}
