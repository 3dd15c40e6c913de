package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Step;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods die and freeze while everyone writes. Their clients move to other pods and lose nothing. */
class PodFaultsIT {

    private static final Set<Allow> COMING_BACK = EnumSet.of(Allow.RECONNECTS, Allow.REFUSALS);
    private static final Duration OFTEN = Duration.ofMillis(20);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2).with("bincang.connection.ping-interval", "1s");

    /** Clients that connect to the first of these pods that listens. */
    private static List<ChatClient> roaming(Scene scene, int count, int first, int second) {
        var clients = IntStream.range(0, count)
                .mapToObj(_ -> scene.client(
                        () -> (CLUSTER.pod(first).running() ? CLUSTER.pod(first) : CLUSTER.pod(second)).port()))
                .toList();
        clients.forEach(client -> client.start(scene.room()).join());
        return clients;
    }

    @FaultTest
    void clientsOfAKilledPodContinueAtAnotherPod() {
        try (var scene = CLUSTER.scene()) {
            roaming(scene, 6, 0, 1);
            scene.join(1, 3);
            scene.write(OFTEN).awaitMore(30);
            CLUSTER.pod(0).kill();
            scene.awaitMore(60);
            scene.check(COMING_BACK);
        } finally {
            CLUSTER.pod(0).start();
            CLUSTER.pod(0).awaitReady();
        }
    }

    /** The sockets stay open and silent. Clients notice only the silence, so they leave by themselves. */
    @FaultTest
    void clientsOfAFrozenPodContinueElsewhereAndItsLateCommandsHaveNoSecondEffect() {
        var frozen = CLUSTER.pod(0);
        try (var scene = CLUSTER.scene()) {
            var moving = IntStream.range(0, 4)
                    .mapToObj(_ ->
                            scene.client(() -> CLUSTER.pod(isFrozen ? 1 : 0).port()))
                    .toList();
            moving.forEach(client -> client.start(scene.room()).join());
            var staying = scene.join(0, 2);
            scene.join(1, 3);
            scene.write(OFTEN).awaitMore(30);

            frozen.freeze();
            isFrozen = true;
            moving.forEach(ChatClient::drop);
            scene.awaitMore(40);
            frozen.thaw();
            isFrozen = false;
            scene.awaitMore(40);

            scene.check(COMING_BACK);
            assertTrue(
                    staying.stream()
                            .noneMatch(client ->
                                    client.recording().steps().stream().anyMatch(Step.Closed.class::isInstance)),
                    "who waited for the pod was cut off by it");
        } finally {
            frozen.thaw();
        }
    }

    private volatile boolean isFrozen;

    @FaultTest
    void aPodThatWasFrozenForLongNoticesWhatItMissed() {
        try (var scene = CLUSTER.scene().everywhere(3)) {
            scene.write(scene.clients().subList(3, 6), OFTEN, "").awaitMore(10);
            CLUSTER.pod(0).freeze();
            scene.awaitMore(300);
            CLUSTER.pod(0).thaw();
            scene.awaitMore(20);
            scene.check(COMING_BACK);
        } finally {
            CLUSTER.pod(0).thaw();
        }
    }

    @FaultTest
    void aPodThatShutsDownLosesNothing() {
        try (var scene = CLUSTER.scene()) {
            roaming(scene, 4, 0, 1);
            scene.join(1, 2);
            scene.write(OFTEN).awaitMore(20);
            CLUSTER.pod(0).terminate();
            await().until(() -> !CLUSTER.pod(0).running());
            scene.awaitMore(40);
            scene.check(COMING_BACK);
        } finally {
            CLUSTER.pod(0).start();
            CLUSTER.pod(0).awaitReady();
        }
    }
}
