package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.Store;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.topology.SentinelSet;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sentinels make another server the master, while everyone writes. What is lost is announced. */
class SentinelFaultsIT {

    private static final Set<Allow> LOSS = EnumSet.of(Allow.RESETS, Allow.REFUSALS);

    private static SentinelSet redis;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.over(SentinelFaultsIT::start, 2).with("bincang.feed.check-interval", "60s");

    private static Store start() {
        redis = SentinelSet.start();
        return Store.of(redis);
    }

    @AfterEach
    void repair() {
        redis.awaitAgreement();
        await().until(() -> CLUSTER.pods().stream().allMatch(pod -> pod.ready()));
    }

    private static void whileAllWrite(Set<Allow> excused, Consumer<Scene> fault) {
        Scene.whileAllWrite(CLUSTER, 3, excused, scene -> redis.servers().forEach(scene.truth()::follow), fault);
    }

    @FaultTest
    void aPlannedFailoverIsFollowed() {
        whileAllWrite(LOSS, _ -> redis.failover());
    }

    @FaultTest
    void aKilledMasterIsReplaced() {
        whileAllWrite(LOSS, scene -> {
            var master = redis.master();
            redis.kill(master);
            redis.awaitOtherMaster(master);
            scene.awaitMore(20);
            redis.restart(master);
        });
    }

    @FaultTest
    void aFrozenMasterIsReplaced() {
        whileAllWrite(LOSS, scene -> {
            var master = redis.master();
            redis.freeze(master);
            redis.awaitOtherMaster(master);
            scene.awaitMore(20);
            redis.thaw(master);
        });
    }
}
