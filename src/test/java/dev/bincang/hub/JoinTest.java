package dev.bincang.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.hub.LoopHub.Joined;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a join tells of a room of which this pod has not heard the newest events yet. */
class JoinTest {

    private static final RoomId ROOM = new RoomId("r");

    private final Simulation world = new Simulation(1);
    private final ModelLog log = new ModelLog(world);
    private final Simulation.Line line = world.line();
    private final Hub hub =
            new Hub(log, line, new Acknowledged(), DeliveryModelTest.KEYS, new Counters(), DeliveryModelTest.CONFIG);
    private final LoopHub loop = hub.on(world.line());
    private @Nullable Joined joined;

    private final class Acknowledged implements Hub.Channels {
        @Override
        public void subscribe(String channel) {
            line.execute(() -> hub.subscribed(channel));
        }

        @Override
        public void unsubscribe(String channel) {}
    }

    private Joined join(@Nullable Id after, int newest) {
        joined = null;
        var client = new ModelClient(world, log, loop, ROOM, 10_000, ModelLog.USERS.getFirst());
        for (int i = 0; i < 10 && joined == null; i++) { // the die may end the patience of a join
            loop.join(ROOM, client, client, false, after, newest).subscribe().with(now -> joined = now, _ -> {});
            world.settle();
        }
        assertTrue(joined != null, "no join");
        return joined;
    }

    /** It would otherwise be older than the events that follow it. */
    @Test
    void theHeadIsNotOlderThanThePageThatComesWithIt() {
        var follows = join(null, 0);
        for (int i = 0; i < 5; i++) {
            log.appendMessage(); // and nothing is published
        }
        assertEquals(Id.ZERO, follows.at().head());

        var withPage = join(null, 3);

        assertEquals(log.head, withPage.at().head());
        assertEquals(2, withPage.subscription().at().seq(), "three events follow");
    }

    @Test
    void theHeadIsNotOlderThanTheLogThatAResumeHasRead() {
        join(null, 0);
        var first = log.appendMessage().id();
        log.appendMessage();

        assertEquals(log.head, join(first, 0).at().head());
    }
}
