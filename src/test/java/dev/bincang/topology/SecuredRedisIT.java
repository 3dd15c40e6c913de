package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.process.Certificate;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.topology.ClusterNode.Promotion;
import dev.bincang.testing.topology.RedisCluster;
import dev.bincang.testing.topology.SecuredStore;
import dev.bincang.testing.topology.SentinelSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The documented rights are enough, and TLS verifies the name of each node. */
@Tag("long")
class SecuredRedisIT {

    private static final Duration OFTEN = Duration.ofMillis(20);

    private static RedisCluster nodes;
    private static SentinelSet sentinels;

    /** Uses the API and chats, while Redis changes. */
    private static void chat(Cluster pods, Consumer<Scene> change, Allow... excused) {
        var ana = Http.guest(pods.pod(0).port(), "Ana");
        var room = ana.post("/api/rooms", "{}").ok().body().path("id").asText();
        try (var scene = pods.scene().everywhere(2)) {
            scene.write(OFTEN).awaitMore(20);
            change.accept(scene);
            scene.awaitMore(20);
            scene.check(EnumSet.of(Allow.REFUSALS, excused));
        }
        ana.say(room, "hello");
        ana.get("/api/rooms/" + room + "/members").ok();
        ana.get("/api/rooms").ok();
        ana.post("/api/tickets", "").ok();
        ana.delete("/api/rooms/" + room).ok();
    }

    /** Redis notes each command that it has refused for a lack of rights. */
    private static void refusedNothing(Cluster pods, List<RedisProcess> servers) {
        servers.forEach(server -> assertEquals(List.of(), server.command("ACL", "LOG"), "at port " + server.port()));
        pods.pods().forEach(pod -> assertFalse(pod.log().contains("lacks a right"), pod::log));
    }

    @Nested
    class OfACluster {

        @RegisterExtension
        static final Cluster PODS = Cluster.over(
                () -> {
                    var certificate = Certificate.of("localhost");
                    nodes = SecuredStore.cluster(certificate, "hostname");
                    return SecuredStore.of(nodes, certificate);
                },
                2);

        @AfterEach
        void agree() {
            nodes.awaitAgreement();
        }

        @Test
        void podsFollowASlotThatMoves() {
            chat(PODS, scene -> {
                var room = scene.truth().keys().room();
                nodes.move(nodes.slotOf(room), nodes.otherMaster(nodes.masterOf(room)));
            });
            check();
        }

        @Test
        void podsFollowAFailover() {
            chat(
                    PODS,
                    scene -> nodes.replicasOf(
                                    nodes.masterOf(scene.truth().keys().room()))
                            .getFirst()
                            .promote(Promotion.PLANNED));
            check();
        }

        private void check() {
            refusedNothing(
                    PODS, nodes.nodes().stream().map(node -> node.redis()).toList());
            for (var node : nodes.nodes()) {
                var plain = " laddr=127.0.0.1:" + node.redis().port() + " ";
                var clients = node.command("CLIENT", "LIST")
                        .toString()
                        .lines()
                        .filter(client -> client.contains(" user=bincang "))
                        .toList();
                assertEquals(node.isMaster(), !clients.isEmpty(), clients::toString);
                assertTrue(clients.stream().noneMatch(client -> client.contains(plain)), clients::toString);
            }
        }
    }

    @Test
    void aNodeWhoseNameIsNotInItsCertificateIsRefused() {
        var certificate = Certificate.of("localhost");
        try (var store = SecuredStore.of(SecuredStore.cluster(certificate, "ip"), certificate);
                var pod = Pod.start("misled", 1, store.settings())) {
            await().until(() -> pod.health().contains("its TLS certificate is refused"));
            assertFalse(pod.ready());
        }
    }

    @Nested
    class BehindSentinels {

        @RegisterExtension
        static final Cluster PODS = Cluster.over(
                () -> {
                    sentinels = SecuredStore.sentinels();
                    return SecuredStore.of(sentinels);
                },
                2);

        @Test
        void podsFollowAFailover() {
            chat(
                    PODS,
                    scene -> {
                        sentinels.servers().forEach(scene.truth()::follow);
                        sentinels.failover();
                    },
                    Allow.RESETS);
            var all = new ArrayList<>(sentinels.servers());
            all.addAll(sentinels.sentinels());
            refusedNothing(PODS, all);
        }
    }
}
