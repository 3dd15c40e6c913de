package dev.bincang.log;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.ErrorCode;
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
class HistoryTest {

    private static final int PLENTY = 1 << 20;

    private final RoomId room = new RoomId("history-" + UUID.randomUUID());
    private final List<Id> ids = new ArrayList<>();

    @Inject
    Keys keys;

    @Inject
    RoomLog log;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void tenEvents() {
        await().until(links::up);
        for (int i = 0; i < 10; i++) {
            ids.add(RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "text " + i, "", "")))
                    .id());
        }
    }

    @Test
    void pagesGoBackwardsEachInTheLogsOrder() {
        var newest = history(Id.ZERO, 4);
        assertEquals(ids.subList(6, 10), idsOf(newest));
        assertTrue(newest.more());

        var older = history(ids.get(6), 4);
        assertEquals(ids.subList(2, 6), idsOf(older));
        assertTrue(older.more());

        var oldest = history(ids.get(2), 4);
        assertEquals(ids.subList(0, 2), idsOf(oldest));
        assertFalse(oldest.more());
    }

    @Test
    void aPageThatEndsExactlyAtTheBeginningHasNoMore() {
        assertFalse(history(Id.ZERO, 10).more());
        assertFalse(history(ids.get(5), 5).more());
        assertTrue(history(ids.get(5), 4).more());
    }

    @Test
    void beforeTheFirstEventThereIsNothing() {
        var page = history(ids.getFirst(), 4);

        assertEquals(List.of(), idsOf(page));
        assertFalse(page.more());
    }

    @Test
    void aPageIsBoundedInBytesButNeverEmpty() {
        var page = RoomLogTest.now(log.history(room, ids.get(5), 4, 1));

        assertEquals(ids.subList(4, 5), idsOf(page));
        assertTrue(page.more());
    }

    @Test
    void anEmptyRoomHasAnEmptyPage() {
        var page = RoomLogTest.now(log.history(new RoomId("empty-" + UUID.randomUUID()), Id.ZERO, 4, PLENTY));

        assertEquals(new RoomLog.History(List.of(), false), page);
    }

    @Test
    void aPositionThatIsNotInTheLogIsAConflict() {
        var foreign = new Id(5, ids.get(4).tag() ^ 1);
        for (var before : List.of(foreign, new Id(11, 1), new Id(1000, 1))) {
            RoomLogTest.assertRefused(ErrorCode.CONFLICT, log.history(room, before, 4, PLENTY));
        }
    }

    @Test
    void aTrimmedPositionIsAConflict() {
        redis.execute("XTRIM", keys.of(room).log(), "MINID", ids.get(5).toString());

        RoomLogTest.assertRefused(ErrorCode.CONFLICT, log.history(room, ids.get(4), 4, PLENTY));
        assertEquals(ids.subList(5, 6), idsOf(history(ids.get(6), 4)));
    }

    private RoomLog.History history(Id before, int count) {
        return RoomLogTest.now(log.history(room, before, count, PLENTY));
    }

    private static List<Id> idsOf(RoomLog.History page) {
        return page.entries().stream().map(Entry::id).toList();
    }
}
