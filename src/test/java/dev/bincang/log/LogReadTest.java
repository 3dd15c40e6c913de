package dev.bincang.log;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LogReadTest {

    private static final int PLENTY = 1 << 20;

    private final RoomId room = new RoomId("read-" + UUID.randomUUID());

    @Inject
    Keys keys;

    @Inject
    RoomLog log;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void redisIsThere() {
        await().until(links::up);
    }

    @Test
    void aReadBeginsWithThePositionItself() {
        var ids = append(5);

        var page = RoomLogTest.now(log.read(room, ids.get(1), 10, PLENTY));

        assertEquals(ids.getLast(), page.head());
        assertEquals(ids.getFirst(), page.first());
        assertEquals(ids.subList(1, 5), ids(page.entries()));
    }

    @Test
    void aReadIsBoundedInNumberBehindThePosition() {
        var ids = append(5);

        assertEquals(
                ids.subList(1, 4),
                ids(RoomLogTest.now(log.read(room, ids.get(1), 2, PLENTY)).entries()));
    }

    @Test
    void aReadIsBoundedInBytesButAlwaysGoesOn() {
        var ids = append(5);

        assertEquals(
                ids.subList(1, 3),
                ids(RoomLogTest.now(log.read(room, ids.get(1), 10, 1)).entries()));
    }

    @Test
    void anEmptyRoomHasNothing() {
        assertEquals(new Page(Id.ZERO, null, List.of()), RoomLogTest.now(log.read(room, Id.ZERO, 10, PLENTY)));
        assertEquals(List.of(), RoomLogTest.now(log.newest(room, 10, PLENTY)));
    }

    @Test
    void aLogTrimmedToNothingHasAHeadAndNoFirst() {
        var ids = append(3);
        redis.execute("XTRIM", keys.of(room).log(), "MAXLEN", "0");

        var page = RoomLogTest.now(log.read(room, ids.getFirst(), 10, PLENTY));

        assertEquals(ids.getLast(), page.head());
        assertNull(page.first());
        assertEquals(List.of(), page.entries());
    }

    @Test
    void theNewestComeInOrder() {
        var ids = append(5);

        assertEquals(ids.subList(2, 5), ids(RoomLogTest.now(log.newest(room, 3, PLENTY))));
        assertEquals(ids.subList(4, 5), ids(RoomLogTest.now(log.newest(room, 3, 1))));
    }

    @Test
    void theForkIsTheNewestIdThatTheLogStillHas() {
        var ids = append(4);
        var foreign = new Id(3, ids.get(2).tag() ^ 1);

        assertEquals(
                ids.get(1), RoomLogTest.now(log.fork(room, List.of(new Id(9, 9), foreign, ids.get(1), ids.get(0)))));
        assertEquals(Id.ZERO, RoomLogTest.now(log.fork(room, List.of(foreign))));
        assertEquals(Id.ZERO, RoomLogTest.now(log.fork(room, List.of())));
    }

    @Test
    void theHeadIsAForkEvenWhenItsEntryWasTrimmed() {
        var ids = append(2);
        redis.execute("XTRIM", keys.of(room).log(), "MAXLEN", "0");

        assertEquals(ids.getLast(), RoomLogTest.now(log.fork(room, ids.reversed())));
    }

    private List<Id> append(int count) {
        var ids = new ArrayList<Id>();
        for (int i = 0; i < count; i++) {
            ids.add(RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "text " + i, "", "")))
                    .id());
        }
        return ids;
    }

    private static List<Id> ids(List<Entry> entries) {
        return entries.stream().map(Entry::id).toList();
    }
}
