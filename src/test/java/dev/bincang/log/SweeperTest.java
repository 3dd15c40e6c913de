package dev.bincang.log;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.SettingNames;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.redis.RedisCommands;
import dev.bincang.testing.history.StoredLog;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Instance;
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

    @Inject
    Instance<Changes.Untold> untold;

    @Inject
    Keys keys;

    @Inject
    Sweeper sweeper;

    @Inject
    RoomLog log;

    @Inject
    BincangConfig config;

    @Inject
    Links links;

    @Inject
    RedisCommands link;

    @Inject
    Vertx vertx;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void nobodySweeps() {
        await().until(links::up);
        redis.key().del(keys.sweeper());
    }

    @Test
    void eventsThatAreTooOldAreRemovedWithTheirBodies() {
        write(250, config.log().maxAge().plusHours(1), 10);
        write(3, config.log().maxAge().minusHours(1), 10);

        assertEquals(250, sweep());

        assertEquals(3, length());
        assertEquals(3, redis.hash(String.class).hlen(keys.of(room).bodies()));
        assertEquals(254, append());
        assertEquals(4, length());
    }

    @Test
    void aLogOfOldEventsOnlyIsEmptiedAndKeepsItsHead() {
        var last = write(200, config.log().maxAge().plusHours(1), 10);

        assertEquals(200, sweep());

        assertEquals(0, length());
        var page = RoomLogTest.now(log.read(room, last, 10, 1000));
        assertEquals(new Page(last, null, List.of()), page);
        assertEquals(201, append());
    }

    @Test
    void otherEventsStay() {
        write(150, config.log().maxAge().minusHours(1), 10);

        assertEquals(0, sweep());

        assertEquals(150, length());
    }

    @Test
    void aLogThatIsTooLargeLosesItsOldestEvents() {
        int bytes = 1 << 18;
        var most = config.log().maxSize().asLongValue() / bytes;
        var last = write((int) most + 8, Duration.ofHours(1), bytes);

        var removed = sweep();

        assertTrue(removed >= 8 && removed < 16, () -> removed + " of " + (most + 8));
        assertEquals(most + 8 - removed, length());
        assertEquals(last, RoomLogTest.now(log.newest(room, 1, 1)).getFirst().id());
    }

    @Test
    void theAuditTrailHasASizeOfItsOwn() {
        var small = SettingNames.config(Map.of("bincang.log.audit-size", "1M"));
        var sweeper = new Sweeper(link, keys, new Sweep(link, keys, new Retention(small), untold, small), small, vertx);
        var text = "x".repeat(300_000);
        for (var log : List.of(RoomId.AUDIT, room)) {
            for (int i = 0; i < 8; i++) {
                RoomLogTest.now(Drafts.append(this.log, log, Drafts.draft(log, text, "", "")));
            }
        }

        for (var log : List.of(RoomId.AUDIT, room)) {
            redis.execute("ZADD", keys.roomsBeside(log), "0", log.value());
        }
        RoomLogTest.now(sweeper.tryToSweep());

        var left = redis.stream(String.class).xlen(keys.of(RoomId.AUDIT).log());
        assertTrue(left > 0 && left < 4, left + " entries of 300 KB");
        assertEquals(8, length());
        redis.execute("XTRIM", keys.of(RoomId.AUDIT).log(), "MAXLEN", "0");
    }

    @Test
    void aRoomMayKeepItsEventsForAShorterTime() {
        redis.hash(String.class)
                .hset(
                        keys.of(room).room(),
                        "keepMs",
                        Long.toString(Duration.ofDays(1).toMillis()));
        write(1, Duration.ofDays(2), 10);
        write(1, Duration.ofHours(1), 10);

        assertEquals(1, sweep());

        assertEquals(1, length());
    }

    @Test
    void aRoomIsLookedAtAgainWhenItsOldestEventIsTooOldOrAPeriodOfKeysHasPassed() {
        var time = System.currentTimeMillis();
        write(1, config.log().maxAge().minusHours(2), 10);
        sweep();

        assertEquals((double) (time + Duration.ofHours(2).toMillis()), due(), 60_000);

        write(1, Duration.ofHours(1), 10);
        redis.execute("XTRIM", keys.of(room).log(), "MAXLEN", "1");
        sweep();
        assertEquals((double) (time + config.keys().time().toMillis()), due(), 60_000);
    }

    @Test
    void aRoomThatHoldsNothingIsNotLookedAtUntilItsNextEvent() {
        write(1, config.log().maxAge().plusHours(1), 10);
        sweep();

        assertEquals(Double.POSITIVE_INFINITY, due());

        append();
        assertTrue(due() < Double.POSITIVE_INFINITY);
    }

    @Test
    void aRoomWithBrokenDataDoesNotKeepTheOthersFromBeingSwept() {
        var broken = new RoomId("broken-" + UUID.randomUUID());
        redis.hash(String.class).hset(keys.of(broken).room(), "head", "nonsense");
        for (var bucket : List.of(keys.roomsBeside(broken), keys.roomsBeside(room))) {
            redis.execute("ZADD", bucket, "0", broken.value());
        }
        write(1, config.log().maxAge().plusHours(1), 10);

        assertEquals(1, sweep());

        for (var bucket : List.of(keys.roomsBeside(broken), keys.roomsBeside(room))) {
            redis.execute("ZREM", bucket, broken.value());
        }
    }

    @Test
    void onePodSweepsAtATime() {
        RoomLogTest.now(sweeper.tryToSweep());
        write(1, config.log().maxAge().plusHours(1), 10);

        assertEquals(0, RoomLogTest.now(sweeper.tryToSweep()), "the lease is still held");
        assertEquals(1, length());

        redis.key().del(keys.sweeper());
        assertEquals(1, RoomLogTest.now(sweeper.tryToSweep()));
    }

    /** Sweeps now, whenever the room is due. */
    private long sweep() {
        redis.key().del(keys.sweeper());
        redis.execute("ZADD", keys.roomsBeside(room), "0", room.value());
        return RoomLogTest.now(sweeper.tryToSweep());
    }

    /** When the room is looked at again, in milliseconds since 1970. */
    private double due() {
        return redis.sortedSet(String.class)
                .zscore(keys.roomsBeside(room), room.value())
                .orElseThrow();
    }

    private long append() {
        return RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "", "")))
                .id()
                .seq();
    }

    private Id write(int count, Duration age, int length) {
        var command = StoredLog.messages(keys, room, count, age, length);
        var args = command.subList(1, command.size()).toArray(String[]::new);
        var last = Id.parse(redis.execute(command.getFirst(), args).toString());
        redis.execute("ZADD", keys.roomsBeside(room), "0", room.value());
        return last;
    }

    private long length() {
        return redis.stream(String.class).xlen(keys.of(room).log());
    }
}
