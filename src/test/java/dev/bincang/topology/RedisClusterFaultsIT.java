package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.Store;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Truth;
import dev.bincang.testing.topology.ClusterNode;
import dev.bincang.testing.topology.ClusterNode.Promotion;
import dev.bincang.testing.topology.RedisCluster;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The nodes of a Redis Cluster die, freeze, change their roles and give slots away, while everyone writes. Each acknowledged
 * event is delivered once and in order, or its loss is announced.
 */
class RedisClusterFaultsIT {

    private static final Set<Allow> NOTHING = EnumSet.noneOf(Allow.class);
    private static final Set<Allow> REFUSALS = EnumSet.of(Allow.REFUSALS);
    private static final Set<Allow> LOSS = EnumSet.of(Allow.RESETS, Allow.REFUSALS);
    private static final Duration OFTEN = Duration.ofMillis(20);

    private static RedisCluster redis;

    @RegisterExtension
    static final Cluster CLUSTER =
            Cluster.over(RedisClusterFaultsIT::start, 2).with("bincang.feed.check-interval", "60s");

    private static Store start() {
        redis = RedisCluster.start();
        return Store.of(redis);
    }

    @AfterEach
    void repair() {
        redis.awaitAgreement();
        await().until(() -> CLUSTER.pods().stream().allMatch(pod -> pod.ready()));
    }

    private static ClusterNode masterOf(Scene scene) {
        return redis.masterOf(scene.truth().keys().room());
    }

    /** Reads the log. Nothing more is written at this master. */
    private static void lookWithoutWrites(Scene scene, ClusterNode master) {
        master.command("CLIENT", "PAUSE", "10000", "WRITE");
        scene.truth().look(master.redis());
    }

    private static void awaitOther(Scene scene, ClusterNode master) {
        await().ignoreException(IllegalStateException.class).until(() -> masterOf(scene) != master);
    }

    private static void whileAllWrite(Set<Allow> excused, Consumer<Scene> fault) {
        Scene.whileAllWrite(CLUSTER, 3, excused, _ -> {}, fault);
    }

    @FaultTest
    void everyoneHearsEveryoneAcrossPodsAndNodes() {
        for (int i = 0; i < 6; i++) {
            whileAllWrite(NOTHING, _ -> {});
        }
    }

    @FaultTest
    void aSlotThatMovesLosesNothing() {
        whileAllWrite(REFUSALS, scene -> {
            var slot = redis.slotOf(scene.truth().keys().room());
            redis.move(slot, redis.otherMaster(masterOf(scene)));
        });
    }

    @FaultTest
    void aSlotThatStaysHalfMovedForAWhileLosesNothing() {
        whileAllWrite(REFUSALS, scene -> {
            var slot = redis.slotOf(scene.truth().keys().room());
            var move = redis.beginMove(slot, redis.otherMaster(masterOf(scene)));
            move.moveKeys(2);
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            move.finish();
        });
    }

    /** What the new master publishes is heard by nobody yet. Without a hint, only the check after 60 s would find it. */
    @FaultTest
    void aRoomIsHeardWhileAllItsKeysHaveMovedAndItsSlotHasNot() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            scene.post(scene.clients().getFirst(), 3);
            var slot = redis.slotOf(scene.truth().keys().room());
            var move = redis.beginMove(slot, redis.otherMaster(masterOf(scene)));
            move.moveKeys(1000);
            var before = scene.clients().stream()
                    .map(one -> one.position(scene.room()))
                    .toList();
            scene.post(scene.clients().getFirst(), 3);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> IntStream.range(0, before.size())
                            .allMatch(i -> Truth.seq(scene.clients().get(i).position(scene.room()))
                                    == Truth.seq(before.get(i)) + 3));
            move.finish();
            scene.check(REFUSALS);
        }
    }

    @FaultTest
    void aPlannedFailoverLosesNothing() {
        whileAllWrite(REFUSALS, scene -> {
            var master = masterOf(scene);
            redis.replicasOf(master).getFirst().promote(Promotion.PLANNED);
            redis.awaitAgreement();
        });
    }

    @FaultTest
    void aKilledMasterIsReplacedAndWhatIsLostIsAnnounced() {
        whileAllWrite(LOSS, scene -> {
            var master = masterOf(scene);
            lookWithoutWrites(scene, master);
            master.kill();
            awaitOther(scene, master);
            scene.awaitMore(20);
            master.restart();
        });
    }

    @FaultTest
    void aFrozenMasterIsReplacedAndItsLateDataAreHarmless() {
        whileAllWrite(LOSS, scene -> {
            var master = masterOf(scene);
            lookWithoutWrites(scene, master);
            master.freeze();
            awaitOther(scene, master);
            scene.awaitMore(20);
            master.thaw();
        });
    }

    @FaultTest
    void roomsOfAHealthyNodeDoNotNoticeThatAnotherIsAway() {
        try (var here = CLUSTER.scene().everywhere(2)) {
            var there = elsewhere(here);
            there.everywhere(2).write(OFTEN).awaitMore(20);
            var master = masterOf(here);
            master.freeze();
            there.awaitMore(100);
            there.check(NOTHING);
            there.close();
            master.thaw();
        }
    }

    /** A scene whose room another master has. */
    private static Scene elsewhere(Scene here) {
        while (true) {
            var scene = CLUSTER.scene();
            if (masterOf(scene) != masterOf(here)) {
                return scene;
            }
            scene.close();
        }
    }

    @FaultTest
    void aMessageCostsOnlyTheNodeOfItsRoom() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var owner = masterOf(scene);
            redis.masters().forEach(node -> node.command("CONFIG", "RESETSTAT"));
            scene.post(scene.clients().getFirst(), 200);

            assertEquals(200, calls(owner, "xadd"));
            for (var other : redis.masters()) {
                if (other != owner) {
                    assertEquals(0, calls(other, "xadd"));
                    assertTrue(calls(other, "evalsha") < 20, "leases of pods and a sweep at most");
                }
            }
        }
    }

    private static int calls(ClusterNode node, String command) {
        var stats = node.command("INFO", "commandstats").toString();
        var found = Pattern.compile("cmdstat_" + command + ":calls=([0-9]+)").matcher(stats);
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    @FaultTest
    void scriptsFlushedOnOneNodeAreLoadedAgain() {
        whileAllWrite(NOTHING, scene -> masterOf(scene).command("SCRIPT", "FLUSH"));
    }

    @FaultTest
    void aPodThatStartsWhileASlotMovesServesItsRoom() {
        try (var scene = CLUSTER.scene().everywhere(2).write(OFTEN)) {
            scene.awaitMore(20);
            var move = redis.beginMove(redis.slotOf(scene.truth().keys().room()), redis.otherMaster(masterOf(scene)));
            move.moveKeys(1);
            var late = CLUSTER.add();
            late.awaitReady();
            move.finish();
            scene.join(CLUSTER.pods().indexOf(late), 2);
            scene.awaitMore(20);
            scene.check(REFUSALS);
            late.close();
            CLUSTER.pods().remove(late);
        }
    }

    @FaultTest
    void allSlotsOfAMasterMoveToANewOneAndBackWhileEveryoneWrites() {
        whileAllWrite(REFUSALS, scene -> {
            var old = masterOf(scene);
            var added = redis.addMaster();
            redis.moveAll(old, added);
            assertTrue(masterOf(scene) == added);
            scene.awaitMore(20);
            redis.moveAll(added, old);
            redis.awaitAgreement();
            redis.forget(added);
        });
    }
}
