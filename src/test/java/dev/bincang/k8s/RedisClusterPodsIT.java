package dev.bincang.k8s;

import static dev.bincang.k8s.RedisPods.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The component redis-cluster, with real servers: they form a cluster by themselves and stay one. */
@Tag("redis-pods")
class RedisClusterPodsIT {

    private static final int KEYS = 60;

    private static RedisPods pods;

    @BeforeAll
    static void start() throws IOException {
        pods = RedisPods.start(Manifests.cluster());
        healthy(0, 3);
        IntStream.range(0, KEYS).forEach(i -> pods.cli(0, "-c", "set", "bincang:{" + i + "}:key", "value"));
    }

    @AfterAll
    static void stop() {
        if (pods != null) {
            pods.close();
        }
    }

    @BeforeEach
    void eachPairHasAMasterAndAReplicaWithItsData() {
        healthy(0, 3);
    }

    /** Each pair from the first to the last has a master with slots and a replica that has all data. */
    private static void healthy(int first, int last) {
        eventually().until(() -> IntStream.range(first, last).allMatch(pair -> master(pair) >= 0));
        eventually().until(() -> IntStream.range(2 * first, 2 * last).allMatch(RedisClusterPodsIT::complete));
    }

    private static boolean complete(int pod) {
        var info = pods.cli(pod, "cluster", "info");
        return pods.ready(pod) && info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384");
    }

    /** The pod of a pair that is the master, or -1. */
    private static int master(int pair) {
        var masters = pods.mastersWithAReplica(2 * pair, 2 * pair + 1);
        return masters.size() == 1 ? masters.getFirst() : -1;
    }

    private static long keys() {
        return IntStream.range(0, KEYS)
                .filter(i -> pods.cli(0, "-c", "get", "bincang:{" + i + "}:key").equals("value"))
                .count();
    }

    @Test
    void aMasterHandsOverBeforeItsPodEnds() {
        var before = master(0);

        pods.preStop(before);

        assertEquals("slave", pods.role(before));
        assertEquals("master", pods.role(before ^ 1));
        healthy(0, 3);
        assertEquals(KEYS, keys());
    }

    @Test
    void allPodsMayRestartAtOnceWithNewAddresses() {
        pods.killAll();
        pods.move();
        pods.startAll();

        healthy(0, 3);
        assertEquals(KEYS, keys());
    }

    /** Without the pause in start.sh the replica copies the empty volume. */
    @Test
    void aMasterThatHasLostItsVolumeBecomesAReplicaOfTheOther() {
        var lost = master(1);
        pods.kill(lost);
        pods.deleteVolume(lost);
        pods.start(lost);

        eventually().until(() -> pods.role(lost ^ 1).equals("master"));
        healthy(0, 3);
        assertEquals(lost ^ 1, master(1));
        assertEquals(KEYS, keys());
    }

    /** The command of k8s/README.md, with a small share for the new pair: the test need not move 4,096 slots. */
    @Test
    void aPairCanBeAdded() {
        pods.start(6);
        pods.start(7);
        eventually().until(() -> pods.mastersWithAReplica(6, 7).equals(List.of(6)));

        var share = pods.cli(6, "cluster", "myid") + "=0.01";
        pods.cli(
                0,
                "--cluster",
                "rebalance",
                pods.name(0) + ":6379",
                "--cluster-use-empty-masters",
                "--cluster-weight",
                share);

        healthy(0, 4);
        var itself = pods.cli(6, "cluster", "nodes")
                .lines()
                .filter(line -> line.contains("myself"))
                .findFirst()
                .orElseThrow();
        assertTrue(itself.split(" ", -1).length > 8, "it has slots: " + itself);
        assertEquals(KEYS, keys());
    }

    @Test
    void backupsOfAllPairsAreRestored() throws IOException {
        var backups = IntStream.range(0, 3)
                .mapToObj(pair -> pods.backup(2 * pair + 1))
                .toList();
        IntStream.range(0, KEYS).forEach(i -> pods.cli(0, "-c", "set", "bincang:{" + i + "}:key", "later"));

        for (int pod = 0; pod < 6; pod++) {
            Files.copy(backups.get(pod / 2), pods.volume(pod).resolve("restore.rdb"));
        }
        pods.killAll();
        pods.startAll();

        healthy(0, 3);
        assertEquals(KEYS, keys());
    }

    @Test
    void theUserOfBincangHasTheRightsOfAClusterAndNoMore() {
        var room = "bincang:{1}:room:general";
        for (var needed : List.of(
                "ping",
                "info replication",
                "cluster slots",
                "cluster shards",
                "cluster nodes",
                "cluster info",
                "asking",
                "ssubscribe " + room,
                "sunsubscribe " + room,
                "spublish " + room + " x",
                "subscribe " + room,
                "publish " + room + " x",
                "wait 1 100",
                "script load x",
                "evalsha x 1 " + room,
                "xrange " + room + " - +")) {
            assertEquals("OK", dryRun(needed), needed);
        }
        for (var refused : List.of(
                "config get maxmemory",
                "flushall",
                "keys *",
                "shutdown",
                "replicaof no one",
                "acl list",
                "monitor",
                "cluster failover",
                "cluster forget x",
                "cluster reset",
                "cluster delslots 1",
                "get other:key",
                "ssubscribe other",
                "spublish other x",
                "evalsha x 1 other:key")) {
            assertTrue(
                    dryRun(refused).contains("no permissions")
                            || dryRun(refused).contains("can't access"),
                    refused + ": " + dryRun(refused));
        }
    }

    private static String dryRun(String command) {
        return pods.cli(0, ("acl dryrun bincang " + command).split(" ", -1));
    }
}
