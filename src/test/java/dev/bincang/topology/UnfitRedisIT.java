package dev.bincang.topology;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.topology.RedisCluster;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A Redis that is not what the settings say. The pod ends, and says in one sentence why. */
class UnfitRedisIT {

    private static final Map<String, String> CLUSTER = Map.of("quarkus.redis.client-type", "cluster");
    private static final String NO_CLUSTER = "this Redis is not a node of a cluster";
    private static final String IS_CLUSTER = "it is a node of a Redis Cluster: set quarkus.redis.client-type=cluster";
    private static final String TOO_OLD = "a cluster needs Redis 7.0 or newer, or Valkey; this is Redis 6.2";

    private static String hosts(RedisProcess... all) {
        return String.join(
                ",",
                Stream.of(all).map(one -> "redis://127.0.0.1:" + one.port()).toList());
    }

    private static void stopsThePod(String hosts, Map<String, String> more, String why) {
        var settings = new HashMap<>(more);
        settings.put("quarkus.redis.hosts", hosts);
        settings.put("bincang.redis.timeout", "20s");
        settings.put("quarkus.vertx.warning-exception-time", "1h");
        settings.put("quarkus.vertx.max-event-loop-execute-time", "1h");
        try (var pod = Pod.start("unfit", 1, settings)) {
            await().until(() -> !pod.running());
            var said = pod.log()
                    .lines()
                    .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .toList();
            assertEquals(1, said.size(), pod::log);
            assertTrue(said.getFirst().contains(why), pod::log);
            assertFalse(pod.log().contains("\tat "), pod::log);
            assertEquals(1, pod.exit(), pod::log);
        }
    }

    @Test
    void nodesWithoutClusterEnabledAreNoCluster() {
        try (var one = RedisProcess.startDurable();
                var two = RedisProcess.startDurable()) {
            stopsThePod(hosts(one, two), CLUSTER, NO_CLUSTER);
        }
    }

    @Test
    void aNodeOfAClusterIsNoSingleRedis() {
        try (var cluster = RedisCluster.start(3, 0)) {
            stopsThePod(hosts(cluster.nodes().getFirst().redis()), Map.of(), IS_CLUSTER);
        }
    }

    @Test
    void aClusterOfRedis6IsTooOld() {
        try (var old = RedisProcess.startOld("--cluster-enabled", "yes")) {
            stopsThePod(hosts(old), CLUSTER, TOO_OLD);
        }
    }

    @Test
    void redis6CannotWaitForTheDisk() {
        try (var old = RedisProcess.startOld()) {
            stopsThePod(
                    hosts(old),
                    Map.of("bincang.log.fsync", "true"),
                    "bincang.log.fsync needs Redis 7.2 or newer, or Valkey; this is Redis 6.2");
        }
    }
}
