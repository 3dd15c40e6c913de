package dev.bincang.testing.topology;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.process.Resp;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SentinelSetTest {

    private static SentinelSet set;

    @BeforeAll
    static void start() {
        set = SentinelSet.start();
    }

    @AfterEach
    void repair() {
        set.awaitAgreement();
        set.requireReplicas(0);
    }

    @AfterAll
    static void close() {
        set.close();

        Stream.concat(set.servers().stream(), set.sentinels().stream())
                .forEach(process -> assertEquals(List.of(), process.processes()));
    }

    @Test
    void aPlannedFailoverChangesTheMaster() {
        var old = set.master();
        old.command("SET", "key", "1");
        assertEquals(1L, old.command("WAIT", 1, 10_000));

        set.failover();

        var master = set.master();
        assertNotEquals(old, master);
        assertEquals("1", master.command("GET", "key"));
        assertEquals(List.of(old), set.replicas());
    }

    @Test
    void aKilledMasterIsReplacedAndComesBackAsReplica() {
        var old = set.master();

        set.kill(old);
        set.awaitOtherMaster(old);
        set.restart(old);
        set.awaitAgreement();

        assertEquals(List.of(old), set.replicas());
    }

    @Test
    void aFrozenMasterIsReplaced() {
        var old = set.master();

        set.freeze(old);
        set.awaitOtherMaster(old);
        set.thaw(old);
        set.awaitAgreement();

        assertEquals(List.of(old), set.replicas());
    }

    @Test
    void aMasterWithoutItsReplicaRefusesWrites() {
        set.requireReplicas(1);
        var master = set.master();
        var replica = set.replicas().getFirst();
        awaitWrite(master);

        set.freeze(replica);
        await().untilAsserted(() -> {
            var error = assertThrows(Resp.RedisError.class, () -> master.command("SET", "key", "1"));
            assertTrue(error.getMessage().startsWith("NOREPLICAS"), error::getMessage);
        });
        set.thaw(replica);

        awaitWrite(master);
    }

    private static void awaitWrite(RedisProcess master) {
        await().ignoreException(Resp.RedisError.class).until(() -> "OK".equals(master.command("SET", "key", "1")));
    }
}
