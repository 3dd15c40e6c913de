package dev.bincang.message.history;

import static dev.bincang.message.history.Archive.after;
import static dev.bincang.message.history.Archive.around;
import static dev.bincang.message.history.Archive.before;
import static dev.bincang.message.history.Archive.ids;
import static dev.bincang.message.history.Archive.messages;
import static dev.bincang.message.history.Archive.now;
import static dev.bincang.message.history.Archive.refused;
import static dev.bincang.message.history.Archive.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.log.Entry;
import dev.bincang.message.history.RoomHistory.Page;
import dev.bincang.message.history.RoomHistory.Query;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of a log of ten events: the room's first one, then messages. */
@QuarkusTest
class RoomHistoryTest {

    private final Actor ana = user("ana");
    private final List<Id> ids = new ArrayList<>();
    private RoomId room = new RoomId("none");

    @Inject
    Archive archive;

    @Inject
    LogPages pages;

    @BeforeEach
    void tenEvents() {
        room = archive.room(ana, "{}");
        ids.add(archive.head(room));
        for (int i = 1; i < 10; i++) {
            ids.add(archive.say(room, ana, "text " + i));
        }
    }

    private Page page(Query query) {
        return now(archive.history(ana, room, query));
    }

    private static void is(List<Id> events, Id next, Page page) {
        assertEquals(events, ids(page));
        assertEquals(next, page.next());
        assertEquals(next != null, page.more());
        assertNull(page.moreAfter());
        assertNull(page.nextAfter());
    }

    // ---- before and after

    @Test
    void pagesGoBackwardsEachInTheLogsOrder() {
        is(ids.subList(6, 10), ids.get(6), page(before(null, 4)));
        is(ids.subList(2, 6), ids.get(2), page(before(ids.get(6), 4)));
        is(ids.subList(0, 2), null, page(before(ids.get(2), 4)));
    }

    @Test
    void pagesGoForwardsFromAnEvent() {
        is(ids.subList(3, 7), ids.get(6), page(after(ids.get(2), 4)));
        is(ids.subList(7, 10), null, page(after(ids.get(6), 4)));
        is(List.of(), null, page(after(ids.get(9), 4)));
    }

    @Test
    void zeroIsThePositionBeforeTheFirstEvent() {
        is(List.of(), null, page(before(Id.ZERO, 4)));
        is(ids.subList(0, 4), ids.get(3), page(after(Id.ZERO, 4)));
    }

    @Test
    void aPageThatEndsExactlyWithTheLogHasNoMore() {
        is(ids, null, page(before(null, 10)));
        is(ids.subList(0, 5), null, page(before(ids.get(5), 5)));
        is(ids.subList(1, 5), ids.get(1), page(before(ids.get(5), 4)));
        is(ids.subList(5, 10), null, page(after(ids.get(4), 5)));
        is(List.of(), null, page(before(ids.getFirst(), 4)));
    }

    @Test
    void aPageIsBoundedInBytesButNeverEmpty() {
        var large = "x".repeat(RoomHistory.BYTES / 4 - 200);
        for (int i = 0; i < 5; i++) {
            ids.add(archive.say(room, ana, large));
        }

        assertEquals(ids.subList(11, 15), ids(page(before(null, 10))));
        is(ids.subList(9, 14), ids.get(13), page(after(ids.get(8), 10)));
        ids.add(archive.say(room, ana, "x".repeat(RoomHistory.BYTES + 1)));
        is(ids.subList(15, 16), ids.get(15), page(before(null, 10)));
    }

    @Test
    void aPositionThatIsNotInTheLogIsAConflict() {
        for (var position : List.of(new Id(5, ids.get(4).tag() ^ 1), new Id(11, 1), new Id(1000, 1))) {
            refused(ErrorCode.CONFLICT, archive.history(ana, room, before(position, 4)));
            refused(ErrorCode.CONFLICT, archive.history(ana, room, after(position, 4)));
            refused(ErrorCode.CONFLICT, archive.history(ana, room, around(position, 4)));
        }
    }

    @Test
    void aTrimmedPositionIsAConflict() {
        archive.trim(room, ids.get(5));

        refused(ErrorCode.CONFLICT, archive.history(ana, room, before(ids.get(4), 4)));
        refused(ErrorCode.CONFLICT, archive.history(ana, room, after(ids.get(4), 4)));
        refused(ErrorCode.CONFLICT, archive.history(ana, room, around(ids.get(4), 4)));
        is(ids.subList(5, 6), null, page(before(ids.get(6), 4)));
        is(ids.subList(5, 7), ids.get(6), page(after(Id.ZERO, 2)));
    }

    @Test
    void afterTheHeadOfALogThatIsTrimmedToNothingThereIsNothing() {
        archive.trim(room, new Id(100, 0));

        is(List.of(), null, page(after(ids.getLast(), 4)));
        is(List.of(), null, page(before(null, 4)));
    }

    // ---- around

    @Test
    void aPageAroundAnEventHasItInItsMiddle() {
        var page = page(around(ids.get(5), 5));

        assertEquals(ids.subList(3, 8), ids(page));
        assertEquals(List.of(true, true), List.of(page.more(), page.moreAfter()));
        assertEquals(List.of(ids.get(3), ids.get(7)), List.of(page.next(), page.nextAfter()));
    }

    @Test
    void aPageAroundAnEndOfTheLogIsShorter() {
        var first = page(around(ids.getFirst(), 6));
        assertEquals(ids.subList(0, 3), ids(first));
        assertFalse(first.more());
        assertEquals(ids.get(2), first.nextAfter());

        var last = page(around(ids.getLast(), 6));
        assertEquals(ids.subList(6, 10), ids(last));
        assertEquals(ids.get(6), last.next());
        assertEquals(false, last.moreAfter());
    }

    @Test
    void aPageOfOneIsTheEventItself() {
        var page = page(around(ids.get(5), 1));

        assertEquals(ids.subList(5, 6), ids(page));
        assertEquals(List.of(ids.get(5), ids.get(5)), List.of(page.next(), page.nextAfter()));
    }

    // ---- ids

    @Test
    void messagesAreFoundByTheirIdsInTheOrderOfTheLog() {
        archive.trim(room, ids.get(3));
        var wanted = new ArrayList<>(List.of(ids.get(8), ids.get(4), ids.get(2), ids.get(8)));
        wanted.add(new Id(5, ids.get(4).tag() ^ 1));
        wanted.add(new Id(999, 9));
        wanted.add(archive.other(room));

        is(List.of(ids.get(4), ids.get(8)), null, page(ids(wanted)));
        is(List.of(), null, page(ids(List.of(ids.getFirst(), Id.ZERO))));
    }

    @Test
    void messagesThatDoNotFitAreLeftForTheNextRequest() {
        var large = "x".repeat(RoomHistory.BYTES / 2 + 1);
        var two = List.of(archive.say(room, ana, large), archive.say(room, ana, large));

        is(two.subList(0, 1), two.getFirst(), page(ids(two)));
    }

    // ---- only messages

    @Test
    void aPageOfMessagesCountsAndHasMessagesOnly() {
        var messages = new ArrayList<>(ids.subList(8, 10));
        for (int i = 0; i < 3; i++) {
            archive.other(room);
            messages.add(archive.say(room, ana, "hi"));
            archive.other(room);
        }

        assertEquals(messages.subList(2, 5), ids(page(messages(before(null, 3)))));
        assertEquals(messages.subList(0, 4), ids(page(messages(before(messages.get(4), 4)))));
        assertEquals(messages.subList(1, 4), ids(page(messages(after(messages.getFirst(), 3)))));
        var around = page(messages(around(messages.get(3), 3)));
        assertEquals(messages.subList(2, 5), ids(around));
        assertTrue(around.more());
    }

    @Test
    void theLookForMessagesIsBoundedAndSaysWhereToGoOn() {
        for (int i = 0; i < LogPages.LOOKS + 10; i++) {
            archive.other(room);
        }

        var first = page(messages(before(null, 5)));
        assertEquals(List.of(), ids(first));
        assertNotNull(first.next());
        is(ids.subList(5, 10), ids.get(5), page(messages(before(first.next(), 5))));
        var newer = page(messages(after(ids.getLast(), 5)));
        assertEquals(List.of(), ids(newer));
        is(List.of(), null, page(messages(after(newer.next(), 5))));
    }

    // ---- the window of a reader

    @Test
    void aPageHasNothingFromOutsideTheWindowOfItsReader() {
        var window = new LogPages.Window(2, 6);
        var size = new LogPages.Size(50, RoomHistory.BYTES, false);
        var all = ids.subList(2, 6);

        for (var page : List.of(
                pages.older(room, null, window, size),
                pages.older(room, ids.get(8), window, size),
                pages.newer(room, Id.ZERO, window, size),
                pages.newer(room, ids.getFirst(), window, size),
                pages.newer(room, ids.get(1), window, size),
                pages.from(room, ids.get(2), window, size),
                pages.some(room, ids, window, RoomHistory.BYTES))) {
            var slice = now(page);
            assertEquals(all, slice.entries().stream().map(Entry::id).toList());
            assertNull(slice.next(), "more would tell that there is something outside");
        }
        assertEquals(LogPages.Slice.NONE, now(pages.older(room, ids.get(1), window, size)));
        assertEquals(LogPages.Slice.NONE, now(pages.newer(room, ids.get(8), window, size)));
        assertEquals(LogPages.Slice.NONE, now(pages.some(room, ids.subList(6, 10), window, RoomHistory.BYTES)));
    }

    // ---- refusals

    @Test
    void aRequestForSeveralPagesOrForTooMuchIsRefused() {
        var id = ids.get(5);
        for (var query : List.of(
                new Query(id, id, null, null, false, 5),
                new Query(null, id, id, null, false, 5),
                new Query(id, null, null, List.of(id), false, null),
                new Query(null, null, null, List.of(id), false, 5),
                ids(List.of()),
                ids(Collections.nCopies(101, id)),
                before(null, 0),
                before(null, -1),
                before(null, 201))) {
            refused(ErrorCode.BAD_REQUEST, archive.history(ana, room, query));
        }
    }
}
