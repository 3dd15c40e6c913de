package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many clients on several pods without a fault: every client receives everything, in one order, and nothing goes wrong.
 */
class ClusterIT {

    private static final Set<Checker.Allow> NOTHING = EnumSet.noneOf(Checker.Allow.class);

    /** Without moves of connections to other pods: a client that is moved reconnects, which is allowed in other tests. */
    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(3).with("bincang.drain.rebalance", "false");

    @Test
    void twoHundredClientsOnTwoPodsReceiveTwentyWriters() {
        everyoneHearsTwentyWriters(2, 100);
    }

    @Test
    void twoHundredClientsOnThreePodsReceiveTwentyWriters() {
        everyoneHearsTwentyWriters(3, 67);
    }

    private static void everyoneHearsTwentyWriters(int pods, int clientsEach) {
        try (var scene = CLUSTER.scene()) {
            IntStream.range(0, pods).forEach(pod -> scene.join(pod, clientsEach));
            var writers = IntStream.range(0, 20)
                    .mapToObj(i -> scene.clients().get(i * scene.clients().size() / 20))
                    .toList();

            send(writers, scene.room(), 20);

            scene.check(NOTHING);
            assertEquals(400, scene.truth().log().size());
        }
    }

    @Test
    void severalRoomsDoNotMix() {
        try (var first = CLUSTER.scene();
                var second = CLUSTER.scene()) {
            first.everywhere(5);
            second.everywhere(5);
            Scene.join(first.clients().stream()
                    .map(client -> client.join(second.room(), null))
                    .toList());

            Scene.join(List.of(
                    CompletableFuture.runAsync(() -> send(first.clients(), first.room(), 20)),
                    CompletableFuture.runAsync(() -> send(first.clients(), second.room(), 20)),
                    CompletableFuture.runAsync(() -> send(second.clients(), second.room(), 20))));

            first.check(NOTHING);
            second.clients().addAll(first.clients());
            second.check(NOTHING);
        }
    }

    @Test
    void manyMessagesInFlightOfOneConnectionKeepTheirOrder() {
        try (var scene = CLUSTER.scene()) {
            scene.everywhere(2);
            var eager = List.of(
                    scene.client(() -> CLUSTER.pod(0).port(), 40, 0),
                    scene.client(() -> CLUSTER.pod(1).port(), 40, 0));
            eager.forEach(client -> client.start(scene.room()).join());

            send(eager, scene.room(), 300);

            scene.check(NOTHING);
        }
    }

    private static void send(List<ChatClient> writers, String room, int each) {
        Scene.join(IntStream.range(0, each)
                .boxed()
                .flatMap(i -> writers.stream().map(writer -> writer.send(room, "message " + i)))
                .toList());
    }
}
