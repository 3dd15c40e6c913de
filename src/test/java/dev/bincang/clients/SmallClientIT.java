package dev.bincang.clients;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.history.Truth;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client that {@code docs/clients.md} shows, on real pods with rate limits lower than its speed. */
class SmallClientIT {

    private static final Duration SETTLED = Duration.ofMinutes(2);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .with("bincang.limits.commands-per-second", "100")
            .with("bincang.limits.command-burst", "20")
            .with("bincang.connection.ping-interval", "1s")
            .with("bincang.feed.ring-events", "32");

    /** Starts at the newest event, and waits until it is connected. */
    private static Phone in(Scene scene, int pod) {
        var phone = new Phone(scene.room(), null, CLUSTER.pod(pod)::port);
        phone.connect();
        await().atMost(SETTLED).until(() -> phone.position() != null);
        return phone;
    }

    private static void awaitEnd(Scene scene, Phone phone) {
        await().atMost(SETTLED).until(() -> {
            scene.truth().look(CLUSTER.redis());
            return scene.truth().head().equals(phone.position());
        });
    }

    private static List<String> numbered(String prefix, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
    }

    /** The messages of these clients, in the order of the log. */
    private static List<String> logged(Scene scene, String prefix) {
        scene.truth().look(CLUSTER.redis());
        return scene.truth().log().stream()
                .map(Truth.Entry::text)
                .filter(text -> text.startsWith(prefix))
                .toList();
    }

    private static void awaitLogged(Scene scene, String prefix, int count) {
        await().atMost(SETTLED).until(() -> logged(scene, prefix).size() >= count);
    }

    /** Other clients may still be in the room. */
    private static void awaitGone(int pod, int others) {
        await().atMost(SETTLED).until(() -> CLUSTER.pod(pod).metric("bincang_connections") == others);
    }

    private static List<Long> all(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void twoClientsTalkAcrossPodsInOrderAtTheAllowedRate() {
        try (var scene = CLUSTER.scene();
                var ana = in(scene, 0);
                var ben = in(scene, 1)) {
            ana.send(numbered("ana ", 0, 60));
            ben.send(numbered("ben ", 0, 60));
            awaitLogged(scene, "", 120);
            awaitEnd(scene, ana);
            awaitEnd(scene, ben);
            assertEquals(logged(scene, ""), ana.texts());
            assertEquals(logged(scene, ""), ben.texts());
            assertEquals(numbered("ana ", 0, 60), logged(scene, "ana "));
            assertEquals(numbered("ben ", 0, 60), logged(scene, "ben "));
        }
    }

    @Test
    void aRoomCanBeJoinedLaterAndFromItsBeginning() {
        try (var scene = CLUSTER.scene().everywhere(1);
                var ana = in(CLUSTER.scene(), 0)) {
            scene.post(scene.clients().getFirst(), 5);
            ana.join(scene.room(), "0-0");
            scene.post(scene.clients().getFirst(), 5);
            await().atMost(SETTLED).until(() -> ana.seqs().equals(all(1, 10)));
        }
    }

    @FaultTest
    void afterItsPodIsKilledAClientContinuesAtTheOtherWithoutLossOrDuplicates() {
        try (var scene = CLUSTER.scene();
                var ana = in(scene, 0)) {
            scene.join(1, 2);
            scene.write(Duration.ofMillis(20));
            ana.send(numbered("ana ", 0, 40));
            awaitLogged(scene, "ana ", 20);
            ana.goTo(CLUSTER.pod(1)::port);
            CLUSTER.pod(0).kill();
            ana.send(numbered("ana ", 40, 80));
            awaitLogged(scene, "ana ", 80);
            scene.stopWriting();
            awaitEnd(scene, ana);
            assertNotEquals(1, ana.connections());
            assertEquals(all(1, Truth.seq(scene.truth().head())), ana.seqs());
            assertEquals(numbered("ana ", 0, 80), logged(scene, "ana "));
        } finally {
            CLUSTER.pod(0).start();
            CLUSTER.pod(0).awaitReady();
        }
    }

    /** Commands that it sent to the silent pod take effect late, and only once. */
    @FaultTest
    void aClientLeavesASilentPod() {
        try (var scene = CLUSTER.scene();
                var ana = in(scene, 0)) {
            CLUSTER.pod(0).freeze();
            ana.goTo(CLUSTER.pod(1)::port);
            ana.send(numbered("ana ", 0, 10));
            awaitLogged(scene, "ana ", 10);
            CLUSTER.pod(0).thaw();
            CLUSTER.pod(0).awaitReady();
            ana.send(numbered("ana ", 10, 20));
            awaitLogged(scene, "ana ", 20);
            awaitEnd(scene, ana);
            assertEquals(numbered("ana ", 0, 20), logged(scene, ""));
            assertEquals(numbered("ana ", 0, 20), ana.texts());
        } finally {
            CLUSTER.pod(0).thaw();
        }
    }

    @FaultTest
    void messagesOfAnOfflineClientArriveOnceAndInOrder() {
        try (var scene = CLUSTER.scene();
                var ana = in(scene, 0)) {
            ana.send(numbered("ana ", 0, 10));
            ana.close();
            awaitGone(0, 0);
            ana.send(numbered("ana ", 10, 20));
            ana.connect();
            ana.send(numbered("ana ", 20, 30));
            ana.connect();
            awaitLogged(scene, "ana ", 30);
            awaitEnd(scene, ana);
            assertEquals(numbered("ana ", 0, 30), logged(scene, ""));
            assertEquals(numbered("ana ", 0, 30), ana.texts());
        }
    }

    @Test
    void afterATrimAClientGetsAGapAndContinues() {
        try (var scene = CLUSTER.scene().everywhere(1);
                var ana = in(scene, 0)) {
            scene.post(scene.clients().getLast(), 5);
            awaitEnd(scene, ana);
            ana.close();
            awaitGone(0, 1);
            scene.post(scene.clients().getLast(), 50);
            scene.truth().lookAnd(CLUSTER.redis(), "XTRIM", scene.truth().keys().log(), "MAXLEN", 10);
            ana.goTo(CLUSTER.pod(1)::port);
            ana.connect();
            awaitEnd(scene, ana);
            var gap = ana.shown("gap").getFirst();
            assertEquals(
                    List.of(6L, 45L),
                    List.of(gap.path("fromSeq").asLong(), gap.path("toSeq").asLong()));
            ana.connect();
            scene.post(scene.clients().getLast(), 5);
            awaitEnd(scene, ana);
            assertEquals(1, ana.shown("gap").size());
            assertEquals(all(46, 60), ana.seqs().subList(5, 20));
        }
    }

    @Test
    void anInvalidPositionIsResetAndTheClientContinues() {
        try (var scene = CLUSTER.scene().everywhere(1);
                var ana = new Phone(scene.room(), "7-7", CLUSTER.pod(0)::port)) {
            scene.post(scene.clients().getFirst(), 5);
            ana.connect();
            awaitEnd(scene, ana);
            assertEquals(1, ana.shown("reset").size());
            assertEquals(all(1, 5), ana.seqs());
        }
    }

    @Test
    void aClientWithABadTokenDoesNotReconnect() {
        try (var scene = CLUSTER.scene();
                var ana = new Phone(scene.room(), null, CLUSTER.pod(0)::port)) {
            ana.token("x");
            ana.connect();
            await().atMost(SETTLED).until(() -> !ana.shown("close").isEmpty());
            assertEquals(4001, ana.shown("close").getFirst().path("code").asInt());
            assertEquals(
                    "unauthorized", ana.shown("error").getFirst().path("code").asText());
            // twice the longest time that it would wait before a reconnect
            await().during(Duration.ofSeconds(2)).atMost(SETTLED).until(() -> ana.connections() == 1);
        }
    }

    @Test
    void aRefusedMessageIsReportedAndTheNextOnesAreSent() {
        try (var scene = CLUSTER.scene();
                var ana = in(scene, 0)) {
            ana.send(scene.room(), "");
            ana.send(scene.room(), "a".repeat(40_000));
            ana.send(numbered("ana ", 0, 3));
            awaitLogged(scene, "ana ", 3);
            var refused = ana.shown("error").stream()
                    .map(error -> error.path("code").asText() + " "
                            + error.path("command").path("text").asText().length())
                    .toList();
            assertEquals(List.of("bad_request 0", "too_large 40000"), refused);
            assertEquals(numbered("ana ", 0, 3), logged(scene, ""));
        }
    }
}
