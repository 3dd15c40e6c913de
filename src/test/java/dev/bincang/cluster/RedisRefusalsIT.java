package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static dev.bincang.testing.process.FaultProxy.Kind.COMMANDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Step;
import java.time.Duration;
import java.util.EnumSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Redis that answers but refuses some commands. The pod reports this, and the links stay. */
class RedisRefusalsIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int IN_FLIGHT = 10;
    private static final int SENDERS = 40;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1).with("bincang.redis.max-in-flight", Integer.toString(IN_FLIGHT));

    private static double refuses(String reason) {
        return CLUSTER.pod(0)
                .metrics()
                .lines()
                .filter(line ->
                        line.startsWith("bincang_redis_refuses_writes{") && line.contains("reason=\"" + reason + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Reading still works, so the pod stays ready. Health, a metric and the log report what does not work. */
    private static void saysThatWritesAreRefused(String setting, String bad, String good, String reason, String why) {
        var pod = CLUSTER.pod(0);
        CLUSTER.redis().command("CONFIG", "SET", setting, bad);
        await().atMost(SOON).until(() -> pod.health().contains("refused: " + why));
        assertTrue(pod.ready(), pod::health);
        assertEquals(1, refuses(reason));
        assertEquals(1, pod.metric("bincang_redis_up"));
        assertTrue(pod.log().contains("Redis refuses to write: " + why), pod::log);

        CLUSTER.redis().command("CONFIG", "SET", setting, good);
        await().atMost(SOON).until(() -> !pod.health().contains("refused"));
        assertEquals(0, refuses(reason));
        assertTrue(pod.log().contains("Redis writes again"), pod::log);
    }

    @FaultTest
    void aFullRedisIsReported() {
        saysThatWritesAreRefused("maxmemory", "1", "0", "full", "it is full");
    }

    @FaultTest
    void aRedisWithTooFewReplicasIsReported() {
        saysThatWritesAreRefused("min-replicas-to-write", "1", "0", "replicas", "fewer replicas are in sync");
    }

    @FaultTest
    void aChangedPolicyThatDropsKeysIsNoticed() {
        var pod = CLUSTER.pod(0);
        CLUSTER.redis().command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await().atMost(SOON).until(() -> !pod.ready());
        assertTrue(pod.health().contains("allkeys-lru: must be noeviction"), pod::health);
        assertTrue(pod.log().contains("maxmemory-policy of Redis is allkeys-lru"), pod::log);

        CLUSTER.redis().command("CONFIG", "SET", "maxmemory-policy", "noeviction");
        await().atMost(SOON).until(() -> pod.ready());
    }

    /** The number of published messages and pulses. */
    private static long published() {
        var stats = CLUSTER.redis().command("INFO", "commandstats").toString();
        return stats.lines()
                .filter(line -> line.startsWith("cmdstat_publish:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("cmdstat_publish:calls=(\\d+),.*", "$1")))
                .sum();
    }

    /** The clients send more than the bound all the time: some commands are refused, but no link breaks. */
    @FaultTest
    void anOverloadedRedisIsNotTakenForADeadOne() {
        var link = CLUSTER.link(0);
        try (var scene = CLUSTER.scene().everywhere(1)) {
            // A connection has only one durable command in flight per room, so many connections send at once.
            var senders = IntStream.range(0, SENDERS)
                    .mapToObj(_ -> scene.client(() -> CLUSTER.pod(0).port()))
                    .toList();
            Scene.join(
                    senders.stream().map(sender -> sender.start(scene.room())).toList());
            var opened = link.opened();
            link.delayReplies(COMMANDS, Duration.ofMillis(300));
            var before = published();
            while (published() < before + 8 + 2 * SENDERS) {
                Scene.join(senders.stream()
                        .map(sender -> sender.send(scene.room(), "message"))
                        .toList());
            }
            link.delayReplies(COMMANDS, Duration.ZERO);
            assertTrue(
                    senders.stream()
                            .anyMatch(client -> client.recording().steps().stream()
                                    .anyMatch(step -> step instanceof Step.Refused refused
                                            && refused.code().equals("unavailable"))),
                    "nothing was refused, so this was no overload");
            assertEquals(opened, link.opened(), CLUSTER.pod(0)::log);
            assertTrue(CLUSTER.pod(0).ready());
            scene.check(EnumSet.of(Allow.REFUSALS));
        } finally {
            link.delayReplies(COMMANDS, Duration.ZERO);
        }
    }

    /** The pod was silent for longer than Redis may be, but Redis was not. */
    @FaultTest
    void aPodThatWasFrozenDoesNotBlameRedis() {
        var pod = CLUSTER.pod(0);
        var opened = CLUSTER.link(0).opened();
        for (int i = 0; i < 3; i++) {
            pod.freeze();
            var frozen = System.nanoTime();
            await().atMost(SOON)
                    .until(() ->
                            System.nanoTime() - frozen > Duration.ofMillis(1500).toNanos());
            pod.thaw();
            var before = published();
            await().atMost(SOON).until(() -> published() > before + 2);
        }
        assertEquals(opened, CLUSTER.link(0).opened(), pod::log);
        assertFalse(pod.log().contains("does not answer"), pod::log);
    }
}
