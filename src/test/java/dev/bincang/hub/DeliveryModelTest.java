package dev.bincang.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.SettingNames;
import dev.bincang.log.Entry;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs feed, audience and subscription against an in-memory log, in thousands of seeded random schedules. A failing
 * seed fails again: run it alone with {@code run(seed, faults)}.
 */
class DeliveryModelTest {

    private static final RoomId ROOM = new RoomId("r");
    static final Keys KEYS = new Keys("bincang:");
    private static final String CHANNEL = KEYS.of(ROOM).room();
    private static final Logger PACKAGE = Logger.getLogger(Feed.class.getPackageName());

    static final BincangConfig CONFIG =
            SettingNames.config(Map.of("bincang.feed.cork-max", "0s", "bincang.feed.ring-events", "8"));

    @BeforeAll
    static void quiet() {
        PACKAGE.setLevel(Level.OFF); // this test causes thousands of resets
    }

    @Test
    void withoutFaultsNothingIsLostAndNothingIsReset() {
        var outcomes =
                LongStream.range(0, 6_000).mapToObj(seed -> run(seed, false)).toList();

        assertEquals(
                0,
                outcomes.stream()
                        .mapToInt(o -> (o.joinedOnly ? 0 : o.gaps) + o.resets)
                        .sum());
        assertTrue(outcomes.stream().mapToInt(o -> o.gaps).sum() > 500, "too few new members for this test");
        assertTrue(outcomes.stream().mapToLong(o -> o.slow).sum() > 500);
        assertTrue(outcomes.stream().mapToLong(o -> o.denials).sum() > 500);
        assertTrue(outcomes.stream().mapToLong(o -> o.signals).sum() > 5_000);
    }

    @Test
    void afterAnyFaultsEveryClientEndsAtTheLogOrIsToldOtherwise() {
        var outcomes =
                LongStream.range(0, 20_000).mapToObj(seed -> run(seed, true)).toList();

        // The model must have reached the difficult cases, or it proves nothing.
        assertTrue(outcomes.stream().mapToLong(o -> o.gaps).sum() > 500);
        assertTrue(outcomes.stream().mapToLong(o -> o.resets).sum() > 500);
        var restarts = outcomes.stream().mapToLong(o -> o.restarts).sum();
        System.out.println(
                restarts + " of " + outcomes.stream().mapToLong(o -> o.resets).sum() + " resets restart");
        assertTrue(outcomes.stream().mapToLong(o -> o.slow).sum() > 500);
        assertTrue(outcomes.stream().mapToLong(o -> o.verifies).sum() > 20_000);
        assertTrue(outcomes.stream().mapToLong(o -> o.denials).sum() > 500);
        assertTrue(outcomes.stream().mapToLong(o -> o.signals).sum() > 5_000);
    }

    /**
     * @param restarts resets to the position before the first event
     */
    record Outcome(
            boolean joinedOnly,
            int gaps,
            int resets,
            int restarts,
            long slow,
            long verifies,
            int denials,
            int signals) {}

    /** What the pub/sub link does with published events. */
    private static final class Channel {
        private final Simulation world;
        private final Simulation.Line line;
        private final Hub hub;
        private final double loss;
        private final double duplication;
        boolean down;

        Channel(Simulation world, Simulation.Line line, Hub hub, boolean faults) {
            this.world = world;
            this.line = line;
            this.hub = hub;
            loss = faults ? world.random.nextDouble() * 0.3 : 0;
            duplication = faults ? world.random.nextDouble() * 0.3 : 0;
        }

        void publish(Entry entry) {
            var json = new String(entry.json(), StandardCharsets.US_ASCII);
            var text = "%s %s %s %s 0 0 0 %s %s\n%s"
                    .formatted(
                            entry.id(),
                            entry.prev(),
                            entry.kind(),
                            entry.about(),
                            entry.target() == null ? "-" : entry.target(),
                            json.substring(0, entry.rest()),
                            json.substring(entry.rest()));
            send(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** @param after the event that every client must have before this signal */
        void signal(Id after) {
            var text = "~k%d {\"signalAfter\":\"%s\"}".formatted(world.random.nextInt(3), after);
            send(text.getBytes(StandardCharsets.US_ASCII));
        }

        private void send(byte[] payload) {
            for (int copies = world.chance(duplication) ? 2 : 1; copies > 0; copies--) {
                if (!down && !world.chance(loss)) {
                    line.execute(() -> hub.message(CHANNEL, payload));
                }
            }
        }
    }

    private static Outcome run(long seed, boolean faults) {
        try {
            return new DeliveryModelTest().play(new Simulation(seed), faults);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private Outcome play(Simulation world, boolean faults) {
        var log = new ModelLog(world);
        var counters = new Counters();
        var hubLine = world.line();
        var pubsub = world.line();
        var hubHolder = new Hub[1];
        var channels = new Hub.Channels() {
            @Override
            public void subscribe(String channel) {
                pubsub.execute(() -> hubLine.execute(() -> hubHolder[0].subscribed(channel)));
            }

            @Override
            public void unsubscribe(String channel) {}
        };
        var hub = new Hub(log, hubLine, channels, KEYS, counters, CONFIG);
        hubHolder[0] = hub;
        var channel = new Channel(world, hubLine, hub, faults);
        var loops = List.of(world.line(), world.line());
        var loopHubs = loops.stream().map(hub::on).toList();
        var clients = new ArrayList<ModelClient>();
        for (int i = 0; i < 4; i++) {
            clients.add(new ModelClient(
                    world, log, loopHubs.get(i % 2), ROOM, 1 + world.random.nextInt(6), ModelLog.USERS.get(i)));
        }
        log.failing = faults ? 0.1 : 0;

        for (int i = 0; i < 150; i++) {
            act(world, log, channel, hub, hubLine, clients, loops, faults);
            while (world.chance(0.7) && world.step()) {
                // other tasks run
            }
        }
        finish(world, log, channel, hub, hubLine, clients, loops);
        return new Outcome(
                log.joinedOnly,
                clients.stream().mapToInt(c -> c.gaps).sum(),
                clients.stream().mapToInt(c -> c.resets).sum(),
                clients.stream().mapToInt(c -> c.restarts).sum(),
                counters.slow.sum(),
                counters.verifies.sum(),
                clients.stream().mapToInt(c -> c.denials).sum(),
                clients.stream().mapToInt(c -> c.signals).sum());
    }

    private static void act(
            Simulation world,
            ModelLog log,
            Channel channel,
            Hub hub,
            Simulation.Line hubLine,
            List<ModelClient> clients,
            List<Simulation.Line> loops,
            boolean faults) {
        var client = clients.get(world.random.nextInt(clients.size()));
        var loop = loops.get(clients.indexOf(client) % 2);
        switch (world.random.nextInt(faults ? 20 : 14)) {
            case 0, 1, 2, 3, 4, 5, 6 -> channel.publish(log.append());
            case 7 -> channel.signal(faults ? Id.ZERO : log.head); // a lost event may come after it
            case 8, 9 ->
                loop.execute(() -> {
                    if (client.subscription == null && !client.joining) {
                        client.join();
                    }
                });
            case 10 -> loop.execute(client::leave);
            case 11, 12, 13 -> loop.execute(client::read);
            case 14 -> log.trim(world.random.nextInt(12));
            case 15 -> {
                var kind = world.random.nextInt(8);
                if (kind == 0) {
                    log.flush();
                } else {
                    log.rollBack(kind == 1 ? 100 : world.random.nextInt(12));
                }
                breakLink(channel, hub, hubLine);
            }
            case 16 -> breakLink(channel, hub, hubLine);
            case 17, 18 -> mendLink(channel, hub, hubLine);
            default -> {
                var staleHead = log.head; // read now, delivered later
                hubLine.execute(() -> hub.suspect(ROOM, staleHead));
            }
        }
    }

    private static void breakLink(Channel channel, Hub hub, Simulation.Line hubLine) {
        channel.down = true;
        hubLine.execute(() -> hub.stale(List.of(CHANNEL)));
    }

    private static void mendLink(Channel channel, Hub hub, Simulation.Line hubLine) {
        if (channel.down) {
            channel.down = false;
            hubLine.execute(() -> hub.subscribed(CHANNEL));
        }
    }

    /** All faults are over: after one check of the head, every client must be where the log is. */
    private static void finish(
            Simulation world,
            ModelLog log,
            Channel channel,
            Hub hub,
            Simulation.Line hubLine,
            List<ModelClient> clients,
            List<Simulation.Line> loops) {
        log.failing = 0;
        mendLink(channel, hub, hubLine);
        world.settle();
        for (int round = 0; round < 400 && !clients.stream().allMatch(ModelClient::atEnd); round++) {
            hub.suspect(ROOM, log.head);
            for (int i = 0; i < clients.size(); i++) {
                var client = clients.get(i);
                loops.get(i % 2).execute(() -> {
                    client.read();
                    if (client.subscription == null && !client.joining) {
                        client.join();
                    }
                });
            }
            world.settle();
        }
        clients.forEach(ModelClient::checkEnd);
        clients.forEach(client -> client.texts().checkShown());
        readAll(world, log, clients.getFirst(), loops.getFirst());
    }

    /** A newcomer who reads the whole log, from the ring as far as it goes, gets every message as it is now. */
    private static void readAll(Simulation world, ModelLog log, ModelClient like, Simulation.Line loop) {
        if (log.joinedOnly || log.entries.isEmpty() || !log.mayRead(like.user)) {
            return;
        }
        var newcomer = new ModelClient(world, log, like.hub, ROOM, 1_000, like.user);
        newcomer.position = log.entries.getFirst().prev();
        loop.execute(newcomer::join);
        world.settle();
        newcomer.checkEnd();
        newcomer.texts().checkHeard();
    }
}
