package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;

import dev.bincang.testing.AllTransports;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Store;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.topology.SentinelSet;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients of each transport resume across a failover of sentinels. */
class SentinelTransportsIT {

    private static SentinelSet redis;

    @RegisterExtension
    static final Cluster CLUSTER =
            Cluster.over(SentinelTransportsIT::start, 2).with("bincang.feed.check-interval", "60s");

    private static Store start() {
        redis = SentinelSet.start();
        return Store.of(redis);
    }

    @AfterEach
    void repair() {
        redis.awaitAgreement();
        await().until(() -> CLUSTER.pods().stream().allMatch(pod -> pod.ready()));
    }

    @FaultTest
    void eachTransportResumesAcrossAPlannedFailover() {
        whileAllListen(redis::failover);
    }

    @FaultTest
    void eachTransportResumesAcrossAKilledMaster() {
        whileAllListen(() -> {
            var master = redis.master();
            redis.kill(master);
            redis.awaitOtherMaster(master);
            redis.restart(master);
        });
    }

    private static void whileAllListen(Runnable fault) {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            redis.servers().forEach(scene.truth()::follow);
            scene.write(Duration.ofMillis(20));
            try (var all = new AllTransports(scene, CLUSTER.pods()).awaitStarted()) {
                fault.run();
                all.hop();
                scene.awaitMore(20);
                scene.check(EnumSet.of(Allow.RESETS, Allow.REFUSALS));
                all.check(true);
            }
        }
    }
}
