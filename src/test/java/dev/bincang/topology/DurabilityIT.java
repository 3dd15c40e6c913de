package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.Store;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.topology.SentinelSet;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * With {@code bincang.log.replicas} equal to the number of replicas that may become the master, one failure loses nothing
 * that was acknowledged, whatever the failure is.
 */
class DurabilityIT {

    private static final Set<Allow> REFUSALS = EnumSet.of(Allow.REFUSALS, Allow.UNACKNOWLEDGED_RESETS);

    private static SentinelSet redis;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.over(DurabilityIT::start, 2)
            .with("bincang.feed.check-interval", "60s")
            .with("bincang.log.replicas", "1");

    private static Store start() {
        redis = SentinelSet.start();
        return Store.of(redis);
    }

    @AfterEach
    void repair() {
        redis.awaitAgreement();
        await().until(() -> CLUSTER.pods().stream().allMatch(pod -> pod.ready()));
    }

    private static void whileAllWrite(Consumer<Scene> fault) {
        Scene.whileAllWrite(CLUSTER, 3, REFUSALS, scene -> redis.servers().forEach(scene.truth()::follow), fault);
    }

    @FaultTest
    void aPlannedFailoverLosesNothing() {
        whileAllWrite(_ -> redis.failover());
    }

    @FaultTest
    void aKilledMasterLosesNothing() {
        whileAllWrite(_ -> {
            var master = redis.master();
            redis.kill(master);
            redis.awaitOtherMaster(master);
            redis.restart(master);
        });
    }

    @FaultTest
    void aFrozenMasterLosesNothing() {
        whileAllWrite(_ -> {
            var master = redis.master();
            redis.freeze(master);
            redis.awaitOtherMaster(master);
            redis.thaw(master);
        });
    }

    /** Without its replica the master takes no write as durable, and a retry is no answer either. */
    @FaultTest
    void withoutItsReplicaNothingIsAcknowledged() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var client = scene.clients().getFirst();
            scene.post(client, 3);
            var replica = redis.replicas().getFirst();
            redis.freeze(replica);
            var sends = IntStream.range(0, 3)
                    .mapToObj(i -> client.send(scene.room(), "late " + i))
                    .toList();
            await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
            assertEquals(0, sends.stream().filter(one -> one.isDone()).count());
            redis.thaw(replica);
            Scene.join(sends);
            scene.check(REFUSALS);
        }
    }
}
