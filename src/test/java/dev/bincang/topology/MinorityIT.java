package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.Store;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.topology.ClusterNode;
import dev.bincang.testing.topology.RedisCluster;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A master is cut off from the other nodes, while the pods still reach it. The pods continue with the majority. */
@Tag("long")
class MinorityIT {

    private static final Duration OFTEN = Duration.ofMillis(20);

    private static RedisCluster redis;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.over(MinorityIT::start, 2).with("bincang.feed.check-interval", "60s");

    private static Store start() {
        redis = RedisCluster.startBehindProxies(3, 1, "--cluster-require-full-coverage", "no");
        return Store.of(redis);
    }

    @AfterEach
    void repair() {
        redis.heal();
        redis.awaitAgreement();
        await().until(() -> CLUSTER.pods().stream().allMatch(pod -> pod.ready()));
    }

    private static ClusterNode masterOf(Scene scene) {
        return redis.masterOf(scene.truth().keys().room());
    }

    @FaultTest
    void podsContinueWithTheMajorityAndWhatIsLostIsAnnounced() {
        try (var scene = CLUSTER.scene().everywhere(3)) {
            var master = masterOf(scene);
            scene.truth().followShard(master.redis()); // it acknowledges for a while what the majority never gets
            scene.write(OFTEN).awaitMore(20);
            redis.isolate(List.of(master));
            await().ignoreException(IllegalStateException.class).until(() -> masterOf(scene) != master);
            scene.awaitMore(50);
            redis.heal();
            redis.awaitAgreement();
            scene.awaitMore(50);
            scene.check(EnumSet.of(Allow.RESETS, Allow.REFUSALS));
        }
    }

    @FaultTest
    void roomsOfTheMajorityDoNotNotice() {
        try (var scene = CLUSTER.scene().everywhere(3)) {
            scene.write(OFTEN).awaitMore(20);
            redis.isolate(List.of(redis.otherMaster(masterOf(scene))));
            scene.awaitMore(400);
            scene.check(EnumSet.noneOf(Allow.class));
        }
    }
}
