package dev.bincang.cluster;

import static dev.bincang.testing.process.FaultProxy.Kind.ANY;
import static dev.bincang.testing.process.FaultProxy.Kind.COMMANDS;
import static dev.bincang.testing.process.FaultProxy.Kind.PUBSUB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Step;
import dev.bincang.testing.process.FaultProxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Links between pods and Redis break while everyone writes. Nothing is lost, so no client is told of a loss. */
class RedisLinkFaultsIT {

    private static final Set<Allow> NOTHING = EnumSet.noneOf(Allow.class);
    private static final Set<Allow> REFUSALS = EnumSet.of(Allow.REFUSALS);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    /** 16 KB. */
    private static final String LONG = "\uD83D\uDE00".repeat(3950);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2).with("bincang.feed.check-interval", "60s");

    private static void whileAllWrite(Set<Allow> excused, Runnable fault) {
        Scene.whileAllWrite(CLUSTER, 4, excused, _ -> {}, _ -> fault.run());
    }

    /** A new link has replaced those that are open now. */
    private static void awaitReplaced(FaultProxy link, FaultProxy.Kind kind, int before) {
        Promptness.awaitWithin(SOON, () -> link.open(kind) > before);
    }

    private static void awaitBack(FaultProxy link) {
        Promptness.awaitWithin(SOON, () -> link.open(PUBSUB) == 1);
    }

    @FaultTest
    void aCutPubSubLinkLosesNothing() {
        whileAllWrite(NOTHING, () -> {
            for (int i = 0; i < 4; i++) {
                CLUSTER.link(i % 2).cut(PUBSUB);
                awaitBack(CLUSTER.link(i % 2));
            }
        });
    }

    @FaultTest
    void whatADeafLinkMissedArrivesWithoutANewMessage() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            scene.post(scene.clients().getLast(), 5).awaitSettled();
            var deaf = CLUSTER.link(0).freeze(PUBSUB);
            scene.post(scene.clients().getLast(), 5);
            scene.check(NOTHING);
            deaf.thaw();
        }
    }

    @FaultTest
    void pubSubConnectionsKilledByRedisLoseNothing() {
        whileAllWrite(NOTHING, () -> {
            assertEquals(2L, CLUSTER.redis().command("CLIENT", "KILL", "TYPE", "pubsub"));
            CLUSTER.links().forEach(RedisLinkFaultsIT::awaitBack);
        });
    }

    @FaultTest
    void aCutCommandLinkLosesNothing() {
        whileAllWrite(REFUSALS, () -> CLUSTER.link(0).cut(COMMANDS));
    }

    @FaultTest
    void allLinksCutAtOnceLoseNothing() {
        whileAllWrite(REFUSALS, () -> CLUSTER.links().forEach(link -> link.cut(ANY)));
    }

    @FaultTest
    void aFrozenPubSubLinkIsReplacedAndItsLateDataAreHarmless() {
        whileAllWrite(NOTHING, () -> {
            var frozen = CLUSTER.link(0).freeze(PUBSUB);
            awaitReplaced(CLUSTER.link(0), PUBSUB, 1);
            frozen.thaw();
        });
    }

    @FaultTest
    void aFrozenCommandLinkIsReplacedAndItsLateCommandsAreHarmless() {
        whileAllWrite(REFUSALS, () -> {
            var before = CLUSTER.link(0).open(COMMANDS);
            var frozen = CLUSTER.link(0).freeze(COMMANDS);
            awaitReplaced(CLUSTER.link(0), COMMANDS, before);
            frozen.thaw();
        });
    }

    @FaultTest
    void aNetworkThatFreezesForAWhileLosesNothing() {
        whileAllWrite(REFUSALS, () -> {
            CLUSTER.link(0).freezeAll();
            Promptness.awaitWithin(SOON, () -> !CLUSTER.pod(0).ready());
            CLUSTER.link(0).thawAll();
            Promptness.awaitWithin(SOON, () -> CLUSTER.pod(0).ready());
        });
    }

    @FaultTest
    void aCommandWhoseReplyIsLostHasOneEffect() throws Exception {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            CLUSTER.link(0).loseReplyTo(scene.truth().keys().log());
            var sent = scene.clients().getFirst().send(scene.room(), "once").get();

            assertTrue(CLUSTER.link(0).hasLost());
            assertTrue(sent.duplicate && sent.attempts == 2, sent.toString());
            scene.check(REFUSALS);
            assertEquals(1, scene.truth().log().size());
        }
    }

    @FaultTest
    void aFlushOfTheScriptsKeepsTheOrderOfTwentyInFlight() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var eager = scene.client(() -> CLUSTER.pod(0).port(), 20, 0);
            eager.start(scene.room()).join();
            for (int i = 0; i < 10; i++) {
                var sends = IntStream.range(0, 20)
                        .mapToObj(n -> eager.send(scene.room(), "message " + n))
                        .toList();
                CLUSTER.redis().command("SCRIPT", "FLUSH");
                Scene.join(sends);
            }
            scene.check(NOTHING);
        }
    }

    @FaultTest
    void anOverflowOfThePubSubBufferLosesNothing() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            // larger than Redis' own buffer, so the rest exceeds the limit
            scene.write(scene.clients(), Duration.ofMillis(50), LONG).awaitMore(10);
            var before = CLUSTER.link(0).opened();
            CLUSTER.redis().command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1kb 1kb 1");
            // Redis and the kernel decide when the buffer overflows.
            Promptness.awaitWithin(SOON.multipliedBy(6), () -> CLUSTER.link(0).opened() >= before + 2);
            CLUSTER.redis().command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60");
            scene.awaitMore(10);
            scene.check(REFUSALS);
        }
    }

    /** At a pod that did not follow the room before, so that all joins wait for one late acknowledgement. */
    @FaultTest
    void aJoinStormWhileAcknowledgementsAreLateMissesNothing() {
        try (var scene = CLUSTER.scene()) {
            scene.join(0, 3);
            scene.write(Duration.ofMillis(10)).awaitMore(5);
            CLUSTER.link(1).delayReplies(Duration.ofMillis(200));
            var storm = IntStream.range(0, 60)
                    .mapToObj(_ -> scene.client(() -> CLUSTER.pod(1).port()))
                    .toList();
            Scene.join(storm.stream().map(client -> client.start(scene.room())).toList());
            scene.stopWriting();
            CLUSTER.link(1).delayReplies(Duration.ZERO);
            scene.check(NOTHING);
        } finally {
            CLUSTER.link(1).delayReplies(Duration.ZERO);
        }
    }

    @FaultTest
    void pubSubLinksCutWhileTheLogAnswersLateLoseNothing() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            scene.write(scene.clients().subList(2, 4), Duration.ofMillis(5), LONG)
                    .awaitMore(20);
            CLUSTER.link(0).delayReplies(COMMANDS, Duration.ofMillis(450));
            for (int i = 0; i < 6; i++) {
                var before = CLUSTER.link(0).opened();
                CLUSTER.link(0).cut(PUBSUB);
                Promptness.awaitWithin(SOON, () -> CLUSTER.link(0).opened() > before);
                Promptness.awaitWithin(SOON, () -> CLUSTER.pod(0).ready());
            }
            CLUSTER.link(0).delayReplies(Duration.ZERO);
            scene.awaitMore(20);
            scene.check(REFUSALS);
        }
    }

    /**
     * More commands than a connection may have in flight: the pod stops reading the connection, and continues later.
     */
    @FaultTest
    void manySendsInFlightWhileRedisHangsAreAllStoredInTheEnd() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var eager = scene.client(() -> CLUSTER.pod(0).port(), 200, 0);
            eager.start(scene.room()).join();
            var frozen = CLUSTER.link(0).freeze(COMMANDS);
            var sends = IntStream.range(0, 200)
                    .mapToObj(i -> eager.send(scene.room(), "message " + i))
                    .toList();
            Promptness.awaitWithin(SOON, () -> refused(eager));
            frozen.thaw();
            Scene.join(sends);
            scene.check(REFUSALS);
            assertEquals(200, scene.truth().log().size());
        }
    }

    @FaultTest
    void aFrozenRedisRefusesInTimeAndKeepsEveryoneConnected() {
        awayAndBack(() -> CLUSTER.redis().freeze(), () -> CLUSTER.redis().thaw());
    }

    @FaultTest
    void aKilledRedisRefusesInTimeAndKeepsEveryoneConnected() {
        awayAndBack(() -> CLUSTER.redis().kill(), () -> CLUSTER.redis().start());
    }

    /**
     * Redis is unavailable: refusals within 2 s, the pod is not ready but alive, nobody is disconnected. Redis is back:
     * within 2 s everything works.
     */
    private static void awayAndBack(Runnable away, Runnable back) {
        try (var scene = CLUSTER.scene().everywhere(4).write(Duration.ofMillis(20))) {
            scene.awaitMore(20);
            away.run();
            Promptness.awaitWithin(SOON, () -> CLUSTER.pods().stream().noneMatch(pod -> pod.ready()));
            Promptness.awaitWithin(SOON, () -> scene.clients().stream().allMatch(RedisLinkFaultsIT::refused));
            assertTrue(CLUSTER.pods().stream().allMatch(pod -> pod.live()));

            back.run();
            var time = Promptness.begin();
            scene.awaitMore(20);
            time.assertWithin(AT_ONCE);
            Promptness.awaitWithin(SOON, () -> CLUSTER.pods().stream().allMatch(pod -> pod.ready()));

            scene.check(REFUSALS);
            scene.clients()
                    .forEach(client ->
                            Promptness.assertWithin(AT_ONCE, client.recording().slowestAnswer()));
        }
    }

    private static boolean refused(ChatClient client) {
        return client.recording().steps().stream()
                .anyMatch(step ->
                        step instanceof Step.Refused(var code, var retry) && code.equals("unavailable") && retry);
    }
}
