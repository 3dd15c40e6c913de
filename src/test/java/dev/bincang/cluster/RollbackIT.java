package dev.bincang.cluster;

import static dev.bincang.testing.process.FaultProxy.Kind.PUBSUB;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.RoomId;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Step;
import dev.bincang.testing.history.StoredLog;
import dev.bincang.testing.history.Truth;
import dev.bincang.testing.process.RedisProcess;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Redis returns to an earlier state of a room, as after a failover that lost the newest writes. Seqs are used again. No
 * client may take the new history for the old one: all are told, and all end with what the log has.
 */
class RollbackIT {

    private static final Set<Allow> RESETS = EnumSet.of(Allow.RESETS);
    private static final int RING = 16;
    private static final int ALL = 40;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2).with("bincang.feed.ring-events", Integer.toString(RING));

    /** How many events are lost, and how many replace them: fewer, as many, more. */
    static Stream<Arguments> rollbacks() {
        return FaultTest.Rounds.all()
                .boxed()
                .flatMap(_ -> Stream.of(1, RING - 1, RING, RING + 1, ALL))
                .flatMap(lost -> Stream.of(Math.max(1, lost - 1), lost, lost + 1)
                        .distinct()
                        .map(refilled -> Arguments.of(lost, refilled)));
    }

    @ParameterizedTest(name = "by {0}, refilled with {1}")
    @MethodSource("rollbacks")
    void aRollbackIsNoticedByThePublishedEvents(int lost, int refilled) {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var absent = rolledBack(scene, lost);
            scene.post(scene.clients().getLast(), refilled);
            absent.comeBack();
            scene.check(EnumSet.of(Allow.RESETS, Allow.RECONNECTS));
            scene.clients().forEach(RollbackIT::wasReset);
        }
    }

    @ParameterizedTest(name = "by {0}, refilled with {1}")
    @MethodSource("rollbacks")
    void aRollbackIsNoticedByAPodThatReceivedNothing(int lost, int refilled) {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            CLUSTER.link(0).freeze(PUBSUB);
            var absent = rolledBack(scene, lost);
            scene.post(scene.clients().getLast(), refilled);
            absent.comeBack();
            CLUSTER.link(0).cut(PUBSUB);
            scene.check(EnumSet.of(Allow.RESETS, Allow.RECONNECTS));
        }
    }

    /** The new history is as long as the old one, and the pods do not notice it: only its next event reveals it. */
    @ParameterizedTest(name = "by {0}, refilled with {1}")
    @MethodSource("rollbacks")
    void aLogThatWasRefilledSilentlyIsNoticedAtTheNextEvent(int lost, int refilled) {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var absent = rolledBack(scene, lost);
            refill(scene, refilled);
            scene.post(scene.clients().getLast(), 1);
            absent.comeBack();
            scene.check(EnumSet.of(Allow.RESETS, Allow.RECONNECTS));
            scene.clients().forEach(RollbackIT::wasReset);
        }
    }

    /** Appends like another pod, but publishes nothing. */
    private static void refill(Scene scene, int events) {
        for (int i = 0; i < events; i++) {
            var one = StoredLog.events(Truth.KEYS, new RoomId(scene.room()), 1, Duration.ZERO, 8, i, "message");
            CLUSTER.redis().command(one.toArray());
        }
    }

    /** Removes the newest events of the room without telling anybody. Returns a client that was away meanwhile. */
    private static ChatClient rolledBack(Scene scene, int lost) {
        var writer = scene.clients().getLast();
        scene.post(writer, ALL - lost);
        var saved = new Saved(CLUSTER.redis(), scene.room());
        scene.post(writer, lost);
        if (CLUSTER.link(0).open(PUBSUB) == 1) {
            scene.awaitSettled();
        }
        var absent = scene.clients().getFirst();
        absent.goAway();
        saved.restore(scene);
        return absent;
    }

    private static void wasReset(ChatClient client) {
        assertTrue(
                client.recording().steps().stream().anyMatch(Step.Reset.class::isInstance),
                client.recording().name() + " was not reset");
    }

    @Test
    void aRollbackOfAQuietRoomIsNoticedByTheSlowCheck() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var writer = scene.clients().getLast();
            scene.post(writer, 5);
            var saved = new Saved(CLUSTER.redis(), scene.room());
            scene.post(writer, 3).awaitSettled();
            saved.restore(scene);
            scene.check(RESETS);
        }
    }

    @Test
    void aRestartFromAnOlderFileIsNoticed() {
        var redis = CLUSTER.redis();
        try (var scene = CLUSTER.scene().everywhere(3)) {
            scene.post(scene.clients().getLast(), 20);
            var older = redis.copyOfData();
            scene.write(Duration.ofMillis(20)).awaitMore(30);
            scene.truth().lookAndKill(redis);
            redis.replaceData(older);
            redis.start();
            scene.awaitMore(50);
            scene.check(EnumSet.of(Allow.RESETS, Allow.REFUSALS));
            scene.clients().forEach(RollbackIT::wasReset);
        }
    }

    /** The keys of a room at one moment. */
    private static final class Saved {
        private final RedisProcess redis;
        private final List<String> keys;

        Saved(RedisProcess redis, String room) {
            this.redis = redis;
            var of = Truth.KEYS.of(new RoomId(room));
            keys = List.of(of.room(), of.log(), of.bodies(), of.keys(0), of.keys(1));
            keys.forEach(key -> redis.command("COPY", key, "saved:" + key));
        }

        /** Restores the keys in one transaction, and deletes newer ones. */
        void restore(Scene scene) {
            scene.truth()
                    .lookAnd(
                            redis,
                            "EVAL",
                            "for _, key in ipairs(KEYS) do redis.call('DEL', key) "
                                    + "redis.call('COPY', 'saved:' .. key, key) end",
                            keys.size(),
                            keys.get(0),
                            keys.get(1),
                            keys.get(2),
                            keys.get(3),
                            keys.get(4));
        }
    }
}
