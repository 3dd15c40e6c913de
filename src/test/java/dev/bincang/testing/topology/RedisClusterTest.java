package dev.bincang.testing.topology;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.process.Resp;
import dev.bincang.testing.topology.ClusterNode.Promotion;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisClusterTest {

    private static final String KEY = "{tag}:a";
    private static final String OTHER = "{tag}:b";

    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.startBehindProxies(3, 1);
    }

    @AfterEach
    void repair() {
        cluster.awaitAgreement();
        cluster.masters().forEach(master -> master.command("FLUSHALL"));
    }

    @AfterAll
    static void close() {
        var nodes = List.copyOf(cluster.nodes());
        cluster.close();

        nodes.forEach(node -> assertEquals(List.of(), node.processes()));
    }

    private static void write(String key) {
        var master = cluster.masterOf(key);
        master.command("SET", key, "1");
        assertEquals(1L, master.command("WAIT", 1, 10_000));
    }

    private static String errorOf(ClusterNode node, Object... command) {
        var error = assertThrows(Resp.RedisError.class, () -> node.command(command));
        return error.getMessage();
    }

    @Test
    void everyNodeServesItsSlots() {
        assertEquals(3, cluster.masters().size());
        assertEquals(6, cluster.hosts().split(",", -1).length);
        for (var key : List.of("a", "b", "c", KEY)) {
            write(key);

            var master = cluster.masterOf(key);
            assertEquals(1, cluster.replicasOf(master).size());
            var moved = "MOVED " + cluster.slotOf(key) + " 127.0.0.1:" + master.port();
            assertEquals(moved, errorOf(cluster.otherMaster(master), "GET", key));
        }
    }

    @Test
    void aSlotMovesWithItsKeys() {
        write(KEY);
        write(OTHER);
        var slot = cluster.slotOf(KEY);
        var old = cluster.masterOf(KEY);
        var next = cluster.otherMaster(old);

        var move = cluster.beginMove(slot, next);
        assertEquals("1", old.command("GET", KEY));
        move.moveKeys(List.of(KEY));
        assertEquals("ASK " + slot + " 127.0.0.1:" + next.port(), errorOf(old, "GET", KEY));
        assertTrue(errorOf(old, "MGET", KEY, OTHER).startsWith("TRYAGAIN"));
        assertEquals(List.of(OTHER), move.keysLeft());
        next.command("ASKING");
        assertEquals("1", next.command("GET", KEY));
        move.finish();

        assertEquals("MOVED " + slot + " 127.0.0.1:" + next.port(), errorOf(old, "GET", KEY));
        assertEquals(List.of("1", "1"), next.command("MGET", KEY, OTHER));
        assertEquals(next, cluster.masterOf(KEY));
        cluster.move(slot, old);
    }

    @Test
    void aMoveIsTakenBack() {
        write(KEY);
        write(OTHER);
        var old = cluster.masterOf(KEY);
        var move = cluster.beginMove(cluster.slotOf(KEY), cluster.otherMaster(old));
        assertEquals(1, move.moveKeys(1));

        move.takeBack();

        assertEquals(List.of("1", "1"), old.command("MGET", KEY, OTHER));
        assertEquals(0L, move.to().command("DBSIZE"));
    }

    @Test
    void aReplicaTakesOverAsOrdered() {
        for (var how : Promotion.values()) {
            write(KEY);
            var replica = cluster.replicasOf(cluster.masterOf(KEY)).getFirst();

            replica.promote(how);
            cluster.awaitAgreement();

            assertEquals(replica, cluster.masterOf(KEY));
            assertEquals("1", replica.command("GET", KEY));
        }
    }

    @Test
    void aKilledMasterIsReplacedAndComesBackAsReplica() {
        write(KEY);
        var master = cluster.masterOf(KEY);
        var replica = cluster.replicasOf(master).getFirst();

        master.kill();
        cluster.awaitMaster(KEY, replica);
        cluster.awaitAgreement();
        assertEquals("1", replica.command("GET", KEY));
        master.restart();
        cluster.awaitAgreement();

        assertFalse(master.isMaster());
    }

    @Test
    void aFrozenMasterIsReplaced() {
        var master = cluster.masterOf(KEY);
        var replica = cluster.replicasOf(master).getFirst();

        master.freeze();
        cluster.awaitMaster(KEY, replica);
        master.thaw();
        cluster.awaitAgreement();

        assertEquals(List.of(master), cluster.replicasOf(replica));
    }

    @Test
    void anIsolatedMasterStopsAndLosesItsWrites() {
        var master = cluster.masterOf(KEY);
        var replica = cluster.replicasOf(master).getFirst();

        cluster.isolate(List.of(master));
        master.command("SET", KEY, "lost");
        cluster.awaitMaster(KEY, replica);
        await().until(() -> !master.isOk());
        assertTrue(errorOf(master, "GET", KEY).startsWith("CLUSTERDOWN"));
        cluster.heal();
        cluster.awaitAgreement();

        assertFalse(master.isMaster());
        assertEquals(replica, cluster.masterOf(KEY));
        assertEquals(null, replica.command("GET", KEY));
    }

    @Test
    void aNewMasterTakesAllSlotsOfAnother() {
        write(KEY);
        var old = cluster.masterOf(KEY);
        var added = cluster.addMaster();

        cluster.moveAll(old, added);

        assertEquals(added, cluster.masterOf(KEY));
        assertEquals("1", added.command("GET", KEY));
        cluster.moveAll(added, old);
        cluster.forget(added);
        assertEquals(6, cluster.nodes().size());
    }

    @Test
    void aScriptIsGoneFromOneNode() {
        var sha = cluster.nodes().stream()
                .map(node -> node.command("SCRIPT", "LOAD", "return 1"))
                .toList()
                .getFirst();
        var node = cluster.masters().getFirst();

        node.flushScripts();

        assertTrue(errorOf(node, "EVALSHA", sha, 0).startsWith("NOSCRIPT"));
        assertEquals(1L, cluster.otherMaster(node).command("EVALSHA", sha, 0));
    }
}
