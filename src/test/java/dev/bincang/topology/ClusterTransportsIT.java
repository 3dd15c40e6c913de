package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;

import dev.bincang.testing.AllTransports;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.Store;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.topology.ClusterNode;
import dev.bincang.testing.topology.RedisCluster;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients of each transport resume while the slot of their room moves, and after its master was killed. */
@Tag("long")
class ClusterTransportsIT {

    private static final Duration OFTEN = Duration.ofMillis(20);

    private static RedisCluster redis;

    @RegisterExtension
    static final Cluster CLUSTER =
            Cluster.over(ClusterTransportsIT::start, 2).with("bincang.feed.check-interval", "60s");

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

    @FaultTest
    void eachTransportResumesAcrossASlotThatMoves() {
        try (var scene = CLUSTER.scene().everywhere(1).write(OFTEN);
                var all = new AllTransports(scene, CLUSTER.pods()).awaitStarted()) {
            var move = redis.beginMove(redis.slotOf(scene.truth().keys().room()), redis.otherMaster(masterOf(scene)));
            move.moveKeys(2);
            all.hop();
            move.finish();
            all.hop();
            scene.awaitMore(20);
            scene.check(EnumSet.of(Allow.REFUSALS));
            all.check(false);
        }
    }

    @FaultTest
    void eachTransportResumesAcrossAKilledMaster() {
        try (var scene = CLUSTER.scene().everywhere(1).write(OFTEN);
                var all = new AllTransports(scene, CLUSTER.pods()).awaitStarted()) {
            var master = masterOf(scene);
            master.command("CLIENT", "PAUSE", "10000", "WRITE"); // what it has is read, and nothing more is written
            scene.truth().look(master.redis());
            master.kill();
            all.hop();
            await().ignoreException(IllegalStateException.class).until(() -> masterOf(scene) != master);
            scene.awaitMore(20);
            master.restart();
            all.hop();
            scene.awaitMore(20);
            scene.check(EnumSet.of(Allow.RESETS, Allow.REFUSALS));
            all.check(true);
        }
    }
}
