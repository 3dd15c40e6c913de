package dev.bincang.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.SettingNames;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SweeperTest {

    private final RoomId room = new RoomId("sweep-" + UUID.randomUUID());
    private Id last = Id.ZERO;

    @Inject
    Sweeper sweeper;

    @Inject
    RoomLog log;

    @Inject
    BincangConfig config;

    @Inject
    Links links;

    @Inject
    CommandLink link;

    @Inject
    Vertx vertx;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void nobodySweeps() {
        await().until(links::up);
        redis.key().del(Keys.SWEEPER);
    }

    @Test
    void whatIsTooOldGoesAndTheOrderGoesOn() {
        for (int i = 0; i < 250; i++) {
            write(config.log().maxAge().plusHours(1), 10);
        }
        for (int i = 0; i < 3; i++) {
            write(config.log().maxAge().minusHours(1), 10);
        }

        assertEquals(250, RoomLogTest.now(sweeper.tryToSweep()));

        assertEquals(3, length());
        assertEquals(254, append());
        assertEquals(4, length());
    }

    @Test
    void aLogThatIsTooOldAsAWholeIsEmptiedAndKeepsItsHead() {
        for (int i = 0; i < 200; i++) {
            write(config.log().maxAge().plusHours(1), 10);
        }

        assertEquals(200, RoomLogTest.now(sweeper.tryToSweep()));

        assertEquals(0, length());
        var page = RoomLogTest.now(log.read(room, last, 10, 1000));
        assertEquals(new Page(last, null, List.of()), page);
        assertEquals(201, append());
    }

    @Test
    void nothingElseGoes() {
        for (int i = 0; i < 150; i++) {
            write(config.log().maxAge().minusHours(1), 10);
        }

        assertEquals(0, RoomLogTest.now(sweeper.tryToSweep()));

        assertEquals(150, length());
    }

    @Test
    void aLogThatIsTooLargeLosesItsOldest() {
        int bytes = 1 << 20;
        var most = config.log().maxSize().asLongValue() / bytes;
        for (int i = 0; i < most + 8; i++) {
            write(Duration.ofHours(1), bytes);
        }

        var removed = RoomLogTest.now(sweeper.tryToSweep());

        assertTrue(removed >= 8 && removed < most, () -> removed + " of " + (most + 8));
        assertEquals(most + 8 - removed, length());
        assertEquals(last, RoomLogTest.now(log.newest(room, 1, 1)).getFirst().id());
    }

    @Test
    void theAuditTrailHasASizeOfItsOwn() {
        var small = new Sweeper(link, SettingNames.config(Map.of("bincang.log.audit-size", "1M")), vertx);
        var text = "x".repeat(300_000);
        for (var log : List.of(RoomId.AUDIT, room)) {
            for (int i = 0; i < 8; i++) {
                RoomLogTest.now(Drafts.append(this.log, log, Drafts.draft(log, text, "", "")));
            }
        }

        RoomLogTest.now(small.tryToSweep());

        var left = redis.stream(String.class).xlen(Keys.log(RoomId.AUDIT));
        assertTrue(left > 0 && left < 4, left + " entries of 300 KB");
        assertEquals(8, length());
        redis.execute("XTRIM", Keys.log(RoomId.AUDIT), "MAXLEN", "0");
    }

    @Test
    void aRoomThatKeepsLessLosesMoreAndWhatWasAmendedOfIt() {
        redis.hash(String.class)
                .hset(
                        Keys.room(room),
                        "keepMs",
                        Long.toString(Duration.ofDays(1).toMillis()));
        write(Duration.ofDays(2), 10);
        var gone = last;
        write(Duration.ofHours(1), 10);
        redis.hash(String.class).hset(Keys.amended(room), Map.of(gone.toString(), "1", last.toString(), "2 new"));

        assertEquals(1, RoomLogTest.now(sweeper.tryToSweep()));

        assertEquals(1, length());
        assertEquals(Map.of(last.toString(), "2 new"), redis.hash(String.class).hgetall(Keys.amended(room)));
    }

    @Test
    void onePodSweepsAtATime() {
        RoomLogTest.now(sweeper.tryToSweep());
        write(config.log().maxAge().plusHours(1), 10);

        assertEquals(0, RoomLogTest.now(sweeper.tryToSweep()), "the lease is still held");
        assertEquals(1, length());

        redis.key().del(Keys.SWEEPER);
        assertEquals(1, RoomLogTest.now(sweeper.tryToSweep()));
    }

    private long append() {
        return RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "", "")))
                .id()
                .seq();
    }

    /** As {@code append.lua} would have done that long ago. */
    private void write(Duration age, int bytes) {
        var id = new Id(last.seq() + 1, 7);
        var time = Long.toString(System.currentTimeMillis() - age.toMillis());
        redis.execute(
                "XADD",
                Keys.log(room),
                id.toString(),
                "p",
                last.toString(),
                "k",
                "message",
                "a",
                "ana",
                "t",
                time,
                "j",
                "x".repeat(bytes));
        redis.value(String.class).set(Keys.head(room), id.toString());
        last = id;
    }

    private long length() {
        return redis.stream(String.class).xlen(Keys.log(room));
    }
}
