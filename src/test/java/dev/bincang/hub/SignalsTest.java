package dev.bincang.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.hub.LoopHub.Reader;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of signals between a room's channel and its connections. */
class SignalsTest {

    private static final RoomId ROOM = new RoomId("r");
    private static final String CHANNEL = DeliveryModelTest.KEYS.of(ROOM).room();

    private final Simulation world = new Simulation(1);
    private final ModelLog log = new ModelLog(world);
    private final Simulation.Line line = world.line();
    private final Counters counters = new Counters();
    private final Hub hub =
            new Hub(log, line, new Acknowledged(), DeliveryModelTest.KEYS, counters, DeliveryModelTest.CONFIG);
    private final Simulation.Line loop = world.line();
    private final LoopHub loopHub = hub.on(loop);

    private final class Acknowledged implements Hub.Channels {
        @Override
        public void subscribe(String channel) {
            line.execute(() -> hub.subscribed(channel));
        }

        @Override
        public void unsubscribe(String channel) {}
    }

    /** A connection that records what is written. */
    private final class Connection implements Outlet, Reader {
        private final List<String> written = new ArrayList<>();
        private final boolean polls;
        private boolean writable = true;
        private boolean answers = true;
        private @Nullable Id from;
        private @Nullable Subscription subscription;
        private @Nullable Runnable drained;

        Connection(boolean polls) {
            this.polls = polls;
        }

        Connection join() {
            for (int i = 0; i < 10 && subscription == null; i++) { // the random schedule may end a join early
                loopHub.join(ROOM, this, this, false, null, 0)
                        .subscribe()
                        .with(
                                joined -> {
                                    subscription = joined.subscription();
                                    subscription.start();
                                },
                                _ -> {});
                world.settle();
            }
            assertTrue(subscription != null && subscription.live(), () -> "" + subscription);
            return this;
        }

        @Override
        public boolean writable() {
            return writable;
        }

        @Override
        public void write(Batch batch) {
            batch.frames().forEach(frame -> written.add(new String(frame, StandardCharsets.US_ASCII)));
        }

        @Override
        public void flush() {}

        @Override
        public void whenDrained(Runnable then) {
            drained = then;
        }

        void drain() {
            writable = true;
            if (drained != null) {
                drained.run();
            }
            world.settle();
        }

        @Override
        public boolean wantsRecentSignals() {
            return polls;
        }

        @Override
        public String user() {
            return "ana";
        }

        @Override
        public Uni<Pass> pass(RoomId room) {
            return answers
                    ? Uni.createFrom().item(new Pass("member", "r", log.head, from, false))
                    : Uni.createFrom().nothing();
        }

        @Override
        public void denied(RoomId room) {
            written.add("denied");
        }
    }

    private void published(String payload) {
        line.execute(() -> hub.message(CHANNEL, payload.getBytes(StandardCharsets.US_ASCII)));
    }

    private void signal(String key, String json) {
        published("~" + key + " " + json);
    }

    private String event(String kind, String about) {
        var entry = log.appendMessage();
        published("%s %s %s %s 0 0 0 - {\"e\":%d\n}"
                .formatted(entry.id(), entry.prev(), kind, about, entry.id().seq()));
        return "{\"e\":" + entry.id().seq() + "}";
    }

    private String message() {
        return event("message", "ben");
    }

    private Connection here() {
        return new Connection(false).join();
    }

    @Test
    void aSignalIsWrittenBehindTheEventsOfItsDrain() {
        var ana = here();
        signal("k", "{1}");
        var first = message();
        var second = message();
        world.settleLast(loop);

        assertEquals(List.of(first, second, "{1}"), ana.written);
        assertEquals(log.head, ana.subscription.at());
        assertEquals(1, counters.signalsDelivered.sum());
    }

    @Test
    void aSignalAloneMovesNoPosition() {
        var ana = here();
        var at = ana.subscription.at();
        signal("k", "{1}");
        world.settle();

        assertEquals(List.of("{1}"), ana.written);
        assertEquals(at, ana.subscription.at());
    }

    @Test
    void theNewestSignalOfAKeyReplacesTheOneThatWaits() {
        var ana = here();
        signal("k", "{1}");
        signal("other", "{2}");
        signal("k", "{3}");
        world.settleLast(loop);

        assertEquals(List.of("{2}", "{3}"), ana.written);
        assertEquals(1, counters.signalsCoalesced.sum());
        assertEquals(0, counters.signalsDropped.sum());
    }

    @Test
    void ofTooManyKeysTheOldestIsDropped() {
        var ana = here();
        IntStream.rangeClosed(1, 66).forEach(i -> signal("k" + i, "{" + i + "}"));
        world.settleLast(loop);

        assertEquals(IntStream.rangeClosed(3, 66).mapToObj(i -> "{" + i + "}").toList(), ana.written);
        assertEquals(2, counters.signalsDropped.sum());
    }

    @Test
    void aConnectionWhoseOutboxIsFullGetsNoSignalAndStaysLive() {
        var ana = here();
        var ben = here();
        ana.writable = false;
        signal("k", "{1}");
        world.settle();

        assertEquals(List.of(), ana.written);
        assertTrue(ana.subscription.live());
        assertEquals(List.of("{1}"), ben.written);
        assertEquals(1, counters.signalsDropped.sum());
        assertEquals(1, counters.signalsDelivered.sum());
    }

    @Test
    void aSubscriptionThatCatchesUpGetsNoSignal() {
        var ana = here();
        ana.writable = false;
        var event = message();
        world.settle();
        signal("k", "{1}");
        world.settle();
        ana.drain();

        assertEquals(List.of(event), ana.written);
        assertEquals(1, counters.signalsDropped.sum());
    }

    @Test
    void nobodyGetsASignalAfterTheirAccessHasEnded() {
        var ana = here();
        signal("k", "{1}");
        var event = event("out", "ana");
        signal("k", "{2}");
        world.settleLast(loop);
        signal("k", "{3}");
        world.settle();

        assertEquals(List.of(event, "denied"), ana.written);
    }

    @Test
    void nobodyGetsASignalWhileTheirAccessIsChecked() {
        var ana = here();
        ana.answers = false;
        var event = event("rules", "ben");
        signal("k", "{1}");
        world.settle();

        assertEquals(List.of(event), ana.written);
        assertEquals(1, counters.signalsDropped.sum());
    }

    @Test
    void aFeedThatReadsTheLogDropsSignals() {
        var ana = here();
        line.execute(() -> hub.stale(List.of(CHANNEL)));
        signal("k", "{1}");
        world.settle();
        assertEquals(1, counters.signalsDropped.sum());

        line.execute(() -> hub.subscribed(CHANNEL));
        world.settle();
        signal("k", "{2}");
        world.settle();

        assertEquals(List.of("{2}"), ana.written);
    }

    @Test
    void whatIsNoSignalIsIgnored() {
        var ana = here();
        for (var payload : List.of(
                "~", "~ ", "~k", "~k ", "~ {1}", "~" + "k".repeat(129) + " {1}", "~k " + "x".repeat(2_049), "x {1}")) {
            published(payload);
        }
        signal("k".repeat(128), "x".repeat(2_048));
        world.settle();

        assertEquals(List.of("x".repeat(2_048)), ana.written);
    }

    @Test
    void aPollGetsTheNewestOfEachKeyOfTheLastSeconds() {
        here();
        signal("k", "{1}");
        signal("other", "{2}");
        signal("k", "{3}");
        world.settle();

        assertEquals(List.of("{2}", "{3}"), new Connection(true).join().written);
        assertEquals(List.of(), new Connection(false).join().written);
    }

    @Test
    void aPollGetsNoSignalFromBeforeItsReaderMayRead() {
        here();
        signal("k", "{1}");
        message();
        signal("other", "{2}");
        world.settle();
        var poll = new Connection(true);
        poll.from = log.head;

        assertEquals(List.of("{2}"), poll.join().written);
    }
}
