package dev.bincang.cluster;

import static dev.bincang.testing.process.FaultProxy.Kind.ANY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Step;
import dev.bincang.testing.history.Truth;
import dev.bincang.testing.process.RedisProcess;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Redis loses data, refuses writes, or is replaced by another one, while everyone writes. */
class RedisDataFaultsIT {

    private static final Set<Allow> REFUSALS = EnumSet.of(Allow.REFUSALS);
    private static final Set<Allow> LOSS = EnumSet.of(Allow.RESETS, Allow.REFUSALS);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration OFTEN = Duration.ofMillis(20);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2).with("bincang.feed.check-interval", "60s");

    @FaultTest
    void aRestartWithTheDataFileLosesNothing() {
        try (var scene = CLUSTER.scene().everywhere(4).write(OFTEN)) {
            scene.awaitMore(30);
            CLUSTER.redis().kill();
            CLUSTER.redis().start();
            scene.awaitMore(30);
            scene.check(REFUSALS);
        }
    }

    @FaultTest
    void aRestartWithoutDataIsReportedToEveryone() {
        try (var scene = CLUSTER.scene().everywhere(4).write(OFTEN)) {
            scene.awaitMore(30);
            scene.truth().lookAndKill(CLUSTER.redis());
            CLUSTER.redis().deleteData();
            CLUSTER.redis().start();
            scene.awaitMore(60);
            scene.check(LOSS);
            scene.clients().forEach(RedisDataFaultsIT::wasReset);
        }
    }

    @FaultTest
    void aFlushWithAllLinksAliveIsReportedToEveryone() {
        try (var scene = CLUSTER.scene().everywhere(4).write(OFTEN)) {
            scene.awaitMore(30);
            scene.truth().lookAnd(CLUSTER.redis(), "FLUSHALL");
            scene.awaitMore(60);
            scene.check(LOSS);
            scene.clients().forEach(RedisDataFaultsIT::wasReset);
        }
    }

    @FaultTest
    void aFlushIsNoticedInARoomWithoutWriters() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            scene.post(scene.clients().getFirst(), 5).awaitSettled();
            scene.truth().lookAnd(CLUSTER.redis(), "FLUSHALL");
            scene.check(LOSS);
            scene.clients().forEach(RedisDataFaultsIT::wasReset);
        }
    }

    @FaultTest
    void aGuestStaysTheSameAfterAFlush() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var guest = scene.clients().getFirst();
            scene.post(guest, 1);
            var secret = CLUSTER.redis().command("HGET", Truth.KEYS.guestSecrets(), "current");
            scene.truth().lookAnd(CLUSTER.redis(), "FLUSHALL");
            Promptness.awaitWithin(
                    SOON, () -> secret.equals(CLUSTER.redis().command("HGET", Truth.KEYS.guestSecrets(), "current")));
            guest.drop();
            scene.post(guest, 1).check(EnumSet.allOf(Allow.class));
            var authors = guest.recording().steps().stream()
                    .filter(Step.Pushed.class::isInstance)
                    .map(step -> ((Step.Pushed) step).author())
                    .distinct();
            assertEquals(1, authors.count());
        }
    }

    private static void wasReset(ChatClient client) {
        assertTrue(
                client.recording().steps().stream().anyMatch(Step.Reset.class::isInstance),
                client.recording().name() + " was not reset");
    }

    @FaultTest
    void aFullRedisRefusesAndLosesNothing() {
        try (var scene = CLUSTER.scene().everywhere(4).write(OFTEN)) {
            scene.awaitMore(30);
            CLUSTER.redis().command("CONFIG", "SET", "maxmemory", "1");
            Promptness.awaitWithin(SOON, () -> scene.clients().stream().allMatch(RedisDataFaultsIT::wasRefused));
            CLUSTER.redis().command("CONFIG", "SET", "maxmemory", "0");
            scene.awaitMore(30);
            scene.check(REFUSALS);
        }
    }

    private static boolean wasRefused(ChatClient client) {
        return client.recording().steps().contains(new Step.Refused("unavailable", true));
    }

    /** After a clock was set back, the turn of the keys begins in the future. */
    @FaultTest
    void aClockSetBackDoesNotForgetKeys() throws Exception {
        var redis = CLUSTER.redis();
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var client = scene.clients().getFirst();
            var send = client.command("send")
                    .put("room", scene.room())
                    .put("key", "same")
                    .put("text", "once");
            var first = client.ask(send).get();
            var keys = scene.truth().keys();
            for (int which = 0; which < 2; which++) {
                redis.command("HSET", keys.keys(which), "", System.currentTimeMillis() + 3_600_000);
            }

            var second = client.ask(send).get();

            assertTrue(second.path("duplicate").asBoolean(), second.toString());
            assertEquals(first.path("id"), second.path("id"));
            scene.post(client, 3);
            scene.check(EnumSet.noneOf(Allow.class));
        }
    }

    /**
     * A slow failover: pod 1 already uses the promoted replica. Pod 0 and its clients still write to the old master.
     * Then the old master becomes a replica, and no socket breaks.
     */
    @FaultTest
    void aPromotedReplicaWinsAndEveryoneIsToldWhatIsLost() {
        var old = CLUSTER.redis();
        var replica = RedisProcess.startDurable();
        replica.command("REPLICAOF", "127.0.0.1", Integer.toString(old.port()));
        try (var scene = CLUSTER.scene().everywhere(4).write(OFTEN)) {
            Promptness.awaitWithin(
                    SOON,
                    () -> replica.command("INFO", "replication").toString().contains("master_link_status:up"));
            scene.awaitMore(30);
            replica.command("REPLICAOF", "NO", "ONE");
            CLUSTER.link(1).target(replica.port());
            CLUSTER.link(1).cut(ANY);
            scene.awaitMore(30); // on the old master

            CLUSTER.link(0).target(replica.port());
            scene.truth().lookAnd(old, "REPLICAOF", "127.0.0.1", Integer.toString(replica.port()));
            CLUSTER.redis(replica);
            scene.awaitMore(60);

            scene.check(LOSS);
            old.close();
        }
    }
}
