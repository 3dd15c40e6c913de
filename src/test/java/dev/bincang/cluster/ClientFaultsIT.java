package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Truth;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that read slowly or not at all, that come and go, or that resume from anywhere. */
class ClientFaultsIT {

    private static final Set<Allow> NOTHING = EnumSet.noneOf(Allow.class);
    private static final Set<Allow> RECONNECTS = EnumSet.of(Allow.RECONNECTS);
    private static final Duration SOON = Duration.ofMinutes(1);
    /** 16 KB. */
    private static final String LONG = "\uD83D\uDE00".repeat(3950);

    private static final int NARROW = 8 * 1024;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .with("bincang.connection.outbox", "16K")
            .with("bincang.limits.frame-size", "16K")
            .with("bincang.connection.stall-timeout", "10s");

    private static double slow() {
        return CLUSTER.pod(0).metric("bincang_slow_readers_total");
    }

    private static ChatClient narrow(Scene scene) {
        var client = scene.client(() -> CLUSTER.pod(0).port(), 1, NARROW);
        client.start(scene.room()).join();
        return client;
    }

    @FaultTest
    void aReaderThatStallsForAWhileMissesNothingAndDelaysNobody() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var stalling = narrow(scene);
            var before = slow();
            scene.write(scene.clients().subList(0, 4), Duration.ofMillis(2), LONG)
                    .awaitMore(10);
            stalling.pace().stall();
            await().atMost(SOON).until(() -> slow() > before);
            stalling.pace().free();
            scene.awaitMore(50);
            scene.check(NOTHING);
        }
    }

    @FaultTest
    void aReaderThatStallsForTooLongIsDisconnectedAndResumes() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var stalling = narrow(scene);
            scene.write(scene.clients().subList(0, 4), Duration.ofMillis(2), LONG)
                    .awaitMore(10);
            stalling.pace().stall();
            await().atMost(SOON).until(() -> CLUSTER.pod(0).metric("bincang_connections") == 2);
            stalling.pace().free();
            scene.check(RECONNECTS);
        }
    }

    @FaultTest
    void aReaderAtNineTenthsOfTheRateIsNotDisconnected() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var slow = narrow(scene);
            var before = slow();
            slow.pace().stall();
            scene.write(scene.clients().subList(0, 2), Duration.ofMillis(10), LONG);
            await().atMost(SOON).until(() -> slow() > before);

            slow.pace().perSecond(rate(scene) * 9 / 10);
            for (int i = 0; i < 4; i++) {
                var position = Truth.seq(slow.position(scene.room()));
                scene.awaitMore(100);
                assertTrue(Truth.seq(slow.position(scene.room())) > position, "no progress since " + position);
            }
            slow.pace().free();
            scene.check(NOTHING);
        }
    }

    /** Messages per second, as they are logged. */
    private static int rate(Scene scene) {
        scene.truth().look(CLUSTER.redis());
        var before = Truth.seq(scene.truth().head());
        var start = System.nanoTime();
        scene.awaitMore(100);
        var messages = Truth.seq(scene.truth().head()) - before;
        return (int) (messages * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start));
    }

    @FaultTest
    void aClientThatReconnectsAHundredTimesMissesNothing() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var random = new Random(42);
            var restless = IntStream.range(0, 5)
                    .mapToObj(_ ->
                            scene.client(() -> CLUSTER.pod(random.nextInt(2)).port()))
                    .toList();
            restless.forEach(client -> client.start(scene.room()).join());
            scene.write(Duration.ofMillis(5));
            for (int i = 0; i < 20; i++) {
                scene.awaitMore(1 + random.nextInt(40));
                restless.forEach(ChatClient::drop);
            }
            scene.check(RECONNECTS);
        }
    }

    @FaultTest
    void manyClientsThatComeAndGoAtOnceMissNothing() {
        try (var scene = CLUSTER.scene().everywhere(1).write(Duration.ofMillis(5))) {
            var flapping = IntStream.range(0, 10)
                    .mapToObj(i -> scene.client(() -> CLUSTER.pod(i % 2).port()))
                    .toList();
            flapping.forEach(client -> client.start(scene.room()).join());
            for (int i = 0; i < 15; i++) {
                Scene.join(flapping.stream()
                        .map(client -> client.leave(scene.room()))
                        .toList());
                Scene.join(flapping.stream()
                        .map(client -> client.join(scene.room(), null))
                        .toList());
            }
            scene.awaitMore(20);
            scene.check(NOTHING);
        }
    }

    /** All leave, so the pods stop following the room while others join: the room is dropped and followed again. */
    @FaultTest
    void clientsOfARoomThatEmptiesAndFillsAgainMissNothing() {
        try (var scene = CLUSTER.scene()) {
            var both = List.of(scene.join(0, 1).getFirst(), scene.join(1, 1).getFirst());
            var writer = scene.client(() -> CLUSTER.pod(0).port());
            writer.start().join();
            scene.write(List.of(writer), Duration.ofMillis(5), "");
            for (int i = 0; i < 3; i++) {
                Scene.join(
                        both.stream().map(client -> client.leave(scene.room())).toList());
                await().atMost(SOON)
                        .until(() -> CLUSTER.pods().stream().allMatch(pod -> pod.metric("bincang_rooms") == 0));
                Scene.join(both.stream()
                        .map(client -> client.join(scene.room(), "0-0"))
                        .toList());
            }
            scene.check(NOTHING);
        }
    }
}
