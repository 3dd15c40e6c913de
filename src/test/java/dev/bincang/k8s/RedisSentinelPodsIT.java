package dev.bincang.k8s;

import static dev.bincang.k8s.RedisPods.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The component redis-sentinel, with real servers and sentinels. */
@Tag("redis-pods")
class RedisSentinelPodsIT {

    private static RedisPods pods;

    @BeforeAll
    static void start() throws IOException {
        pods = RedisPods.start(Manifests.sentinel());
    }

    @AfterAll
    static void stop() {
        if (pods != null) {
            pods.close();
        }
    }

    @BeforeEach
    void thereIsAMasterWithTwoReplicas() {
        healthy();
    }

    private static void healthy() {
        eventually()
                .until(() ->
                        IntStream.range(0, 3).allMatch(pod -> !pods.role(pod).isEmpty() && pods.ready(pod)));
        eventually().until(() -> {
            var master = pods.mastersWithAReplica(0, 1, 2);
            return master.size() == 1
                    && pods.cli(master.getFirst(), "info", "replication").split("state=online", -1).length == 3
                    && IntStream.range(0, 3)
                            .allMatch(pod -> pods.name(master.getFirst()).equals(known(pod)));
        });
    }

    /** The master, as the sentinel of a pod knows it. */
    private static String known(int pod) {
        return pods.cli(pod, "-p", "26379", "sentinel", "get-master-addr-by-name", "bincang")
                .lines()
                .findFirst()
                .orElse("");
    }

    private static int master() {
        return pods.mastersWithAReplica(0, 1, 2).getFirst();
    }

    @Test
    void aMasterHandsOverBeforeItsPodEnds() {
        var before = master();
        pods.cli(before, "set", "bincang:key", "handed over");

        pods.preStop(before);

        var after = known((before + 1) % 3);
        assertNotEquals(pods.name(before), after);
        pods.kill(before);
        pods.start(before);
        healthy();
        assertEquals("handed over", pods.cli(master(), "get", "bincang:key"));
        assertEquals("slave", pods.role(before));
    }

    @Test
    void aReplicaTakesOverFromAMasterThatIsKilled() {
        var before = master();
        pods.cli(before, "set", "bincang:key", "killed");
        assertEquals("2", pods.cli(before, "wait", "2", "5000"));

        pods.kill(before);

        eventually()
                .until(() -> pods.mastersWithAReplica((before + 1) % 3, (before + 2) % 3)
                                .size()
                        == 1);
        pods.start(before);
        healthy();
        assertEquals("slave", pods.role(before));
        assertEquals("killed", pods.cli(master(), "get", "bincang:key"));
    }

    @Test
    void allPodsMayRestartAtOnceWithNewAddressesAndTheMasterIsTheSame() {
        var before = master();
        pods.cli(before, "set", "bincang:key", "restarted");

        pods.killAll();
        pods.move();
        pods.startAll();

        healthy();
        assertEquals(before, master());
        assertEquals("restarted", pods.cli(before, "get", "bincang:key"));
    }

    /** Without the pause in start.sh the replicas copy the empty volume. */
    @Test
    void aMasterThatHasLostItsVolumeBecomesAReplica() {
        var lost = master();
        pods.cli(lost, "set", "bincang:key", "kept");
        assertEquals("2", pods.cli(lost, "wait", "2", "5000"));

        pods.kill(lost);
        pods.deleteVolume(lost);
        pods.start(lost);

        eventually().until(() -> pods.role(lost).equals("slave"));
        healthy();
        assertEquals("kept", pods.cli(master(), "get", "bincang:key"));
    }

    @Test
    void aMasterWithoutReplicasRefusesWrites() {
        var master = master();
        var others = IntStream.range(0, 3).filter(pod -> pod != master).toArray();
        IntStream.of(others).forEach(pods::kill);

        eventually().until(() -> pods.cli(master, "set", "bincang:key", "alone").startsWith("NOREPLICAS"));

        IntStream.of(others).forEach(pods::start);
        healthy();
        assertTrue(pods.cli(master(), "set", "bincang:key", "again").equals("OK"));
    }

    /** Like the change from the component redis to redis-sentinel. */
    @Test
    void theDataOfASingleRedisStay() throws IOException {
        pods.cli(master(), "set", "bincang:key", "single");
        assertEquals("2", pods.cli(master(), "wait", "2", "5000"));
        pods.killAll();
        pods.deleteVolume(1);
        pods.deleteVolume(2);
        Files.delete(pods.volume(0).resolve("sentinel.conf"));

        pods.startAll();

        healthy();
        assertEquals(0, master());
        assertEquals("single", pods.cli(0, "get", "bincang:key"));
    }

    @Test
    void aBackupOfAReplicaIsRestored() throws IOException {
        pods.cli(master(), "set", "bincang:key", "in the backup");
        assertEquals("2", pods.cli(master(), "wait", "2", "5000"));
        var backup = pods.backup((master() + 1) % 3);
        pods.cli(master(), "set", "bincang:key", "later");

        for (int pod = 0; pod < 3; pod++) {
            Files.copy(backup, pods.volume(pod).resolve("restore.rdb"));
        }
        pods.killAll();
        pods.startAll();

        healthy();
        assertEquals("in the backup", pods.cli(master(), "get", "bincang:key"));
    }

    @Test
    void theCertificateIsForTheNameOfEachPod() throws IOException, GeneralSecurityException {
        for (int pod = 0; pod < 3; pod++) {
            assertEquals("TLSv1.3", pods.handshake(pod, pods.name(pod)));
        }
        assertThrows(SSLException.class, () -> pods.handshake(0, "redis.example.com"));
    }

    @Test
    void theUserOfBincangMayAskASentinelAndNotChangeIt() {
        for (var needed : List.of(
                "ping",
                "sentinel get-master-addr-by-name bincang",
                "sentinel sentinels bincang",
                "sentinel replicas bincang",
                "sentinel master bincang",
                "subscribe +switch-master")) {
            assertEquals("OK", dryRun(needed), needed);
        }
        for (var refused : List.of(
                "sentinel failover bincang",
                "sentinel remove bincang",
                "sentinel set bincang quorum 1",
                "publish __sentinel__:hello x",
                "shutdown",
                "acl list",
                "client kill 127.0.0.1:1")) {
            assertTrue(dryRun(refused).contains("no permissions"), refused + ": " + dryRun(refused));
        }
    }

    private static String dryRun(String command) {
        return pods.cli(0, ("-p 26379 acl dryrun bincang " + command).split(" ", -1));
    }
}
