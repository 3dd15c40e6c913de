package dev.bincang.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How far back a client is sent after a rollback: to the last event that both histories have, not to the beginning. */
class ForkTest {

    private static final RoomId ROOM = new RoomId("r");

    private final Simulation world = new Simulation(1);
    private final ModelLog log = new ModelLog(world);
    private final Simulation.Line line = world.line();
    private final Hub hub =
            new Hub(log, line, new Acknowledged(), DeliveryModelTest.KEYS, new Counters(), DeliveryModelTest.CONFIG);
    private final LoopHub loop = hub.on(world.line());
    private final List<Id> history = new ArrayList<>(List.of(Id.ZERO));

    private final class Acknowledged implements Hub.Channels {
        @Override
        public void subscribe(String channel) {
            line.execute(() -> hub.subscribed(channel));
        }

        @Override
        public void unsubscribe(String channel) {}
    }

    private ModelClient client() {
        var client = new ModelClient(world, log, loop, ROOM, 10_000, ModelLog.USERS.getFirst());
        client.position = Id.ZERO;
        return client;
    }

    private void join(ModelClient client) {
        for (int i = 0; i < 10 && client.subscription == null; i++) { // the random schedule may end a join early
            client.join();
            world.settle();
        }
        assertTrue(client.subscription != null && client.subscription.live(), () -> "" + client.subscription);
    }

    private void append(int events) {
        for (int i = 0; i < events; i++) {
            log.appendMessage();
            history.add(log.head);
            hub.suspect(ROOM, log.head);
            world.settle();
        }
    }

    private void rollBack(int events) {
        log.rollBack(events);
        history.subList(history.size() - events, history.size()).clear();
        log.appendMessage();
        hub.suspect(ROOM, log.head);
        world.settle();
    }

    @Test
    void aRollbackWithinTheRingGoesBackToTheFork() {
        var client = client();
        join(client);
        append(40);
        client.lastReset = null;
        rollBack(3);

        assertEquals(history.get(37), client.lastReset);
        assertEquals(log.head, client.subscription.at());
    }

    /** The ring has eight events. */
    @Test
    void aRollbackDeeperThanTheRingGoesBackToWhatIsStillKnown() {
        var client = client();
        join(client);
        append(400);
        client.lastReset = null;
        rollBack(200);

        assertTrue(client.lastReset.seq() >= 150 && client.lastReset.seq() <= 200, () -> "" + client.lastReset);
        assertEquals(log.head, client.subscription.at());
    }

    @Test
    void aClientThatResumesFromALostEventGoesBackToTheFork() {
        var stays = client();
        var returns = client();
        join(stays);
        join(returns);
        append(40);
        returns.leave();
        rollBack(3);
        returns.lastReset = null;
        join(returns);

        assertEquals(history.get(37), returns.lastReset);
    }

    /** No client was here to see where its history left this one. */
    @Test
    void aClientOfAnUnknownHistoryStartsAnew() {
        var stays = client();
        var stranger = client();
        append(40);
        stranger.position = log.head;
        log.rollBack(20);
        join(stays);
        append(30);
        join(stranger);

        assertEquals(Id.ZERO, stranger.lastReset);
    }
}
