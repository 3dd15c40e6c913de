package dev.bincang.message.history;

import static dev.bincang.message.history.Archive.after;
import static dev.bincang.message.history.Archive.around;
import static dev.bincang.message.history.Archive.before;
import static dev.bincang.message.history.Archive.ids;
import static dev.bincang.message.history.Archive.idsOf;
import static dev.bincang.message.history.Archive.now;
import static dev.bincang.message.history.Archive.refused;
import static dev.bincang.message.history.Archive.user;
import static dev.bincang.protocol.ErrorCode.CONFLICT;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.protocol.ErrorCode.RATE_LIMITED;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.log.ReadAccess;
import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.message.history.RoomSearch.Query;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.room.Actor;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who may read and search, and what: attempts to get more. */
@QuarkusTest
class ReadersTest {

    private static final Query HI = new Query("hi", null, null, null, null, null, null);

    private final Actor owner = user("owner");
    private final Actor eva = user("eva");

    @Inject
    Archive archive;

    @Inject
    ReadAccess readAccess;

    @Inject
    RateLimits rates;

    @Inject
    BincangConfig config;

    @Inject
    RedisCommands link;

    @Inject
    Keys keys;

    private void mayNot(ErrorCode code, Actor reader, RoomId room, Id event) {
        for (var query : List.of(
                before(null, 5), before(event, 5), after(event, 5), around(event, 5), Archive.ids(List.of(event)))) {
            refused(code, archive.history(reader, room, query));
        }
        refused(code, archive.roomSearch.find(reader, room, HI));
    }

    @Test
    void aPrivateRoomDoesNotExistForOthers() {
        var room = archive.room(owner, "{'kind':'private'}");
        var event = archive.say(room, owner, "hi");

        mayNot(NOT_FOUND, eva, room, event);
        mayNot(NOT_FOUND, eva, new RoomId("r.none"), event);
        mayNot(NOT_FOUND, eva, RoomId.inbox(owner.key()), event);
        mayNot(NOT_FOUND, eva, RoomId.AUDIT, event);
    }

    @Test
    void whoHasLeftReadsNothing() {
        var room = archive.room(owner, "{'kind':'private'}");
        now(archive.members.add(owner, room, eva.user().id()));
        var event = archive.say(room, owner, "hi");
        assertEquals(1, now(archive.roomSearch.find(eva, room, HI)).events().size());
        now(archive.members.remove(eva, room, eva.user().id(), ""));

        mayNot(NOT_FOUND, eva, room, event);
    }

    @Test
    void whoIsBannedReadsNothing() {
        var room = archive.room(owner, "{'kind':'public'}");
        var event = archive.say(room, owner, "hi");
        now(archive.members.ban(owner, room, eva.user().id(), Long.MAX_VALUE >> 11, ""));

        mayNot(FORBIDDEN, eva, room, event);
    }

    @Test
    void aNewcomerReadsNothingFromBeforeWhereHistoryIsForMembers() {
        var room = archive.room(owner, "{'kind':'private','history':'joined'}");
        var secret = archive.say(room, owner, "hi");
        var last = archive.say(room, owner, "hi");
        now(archive.members.add(owner, room, eva.user().id()));
        var mine = archive.say(room, owner, "hi");

        assertEquals(List.of(mine), ids(now(archive.history(eva, room, before(null, 50)))));
        assertEquals(List.of(), ids(now(archive.history(eva, room, before(last, 50)))));
        for (var position : List.of(Id.ZERO, secret, last, new Id(1, 1))) {
            var page = now(archive.history(eva, room, after(position, 50)));
            assertEquals(List.of(mine), ids(page), position.toString());
        }
        refused(CONFLICT, archive.history(eva, room, around(secret, 5)));
        var around = now(archive.history(eva, room, around(mine, 5)));
        assertEquals(List.of(mine), ids(around));
        assertFalse(around.more());
        assertEquals(List.of(mine), ids(now(archive.history(eva, room, Archive.ids(List.of(secret, last, mine))))));
        assertEquals(
                List.of(mine), idsOf(now(archive.roomSearch.find(eva, room, HI)).events()));
        var beforeIt = new Query("hi", null, null, null, null, last, null);
        assertEquals(
                List.of(), now(archive.roomSearch.find(eva, room, beforeIt)).events());
        assertEquals(3, now(archive.roomSearch.find(owner, room, HI)).events().size());
    }

    @Test
    void idsOfAnotherRoomAreUnknown() {
        var room = archive.room(owner, "{}");
        var other = archive.room(owner, "{}");
        var ids = new ArrayList<Id>();
        for (int i = 0; i < 3; i++) {
            archive.say(room, owner, "hi");
            ids.add(archive.say(other, owner, "hi"));
        }

        assertEquals(List.of(), ids(now(archive.history(owner, room, Archive.ids(ids)))));
        refused(CONFLICT, archive.history(owner, room, before(ids.get(1), 5)));
        refused(CONFLICT, archive.history(owner, room, after(ids.get(1), 5)));
        refused(CONFLICT, archive.history(owner, room, around(ids.get(1), 5)));
    }

    // ---- what happens between the answer that lets a reader in and the read of the log

    /** Does something before each read of a page. */
    private LogPages pagesAfter(Supplier<Uni<?>> deed) {
        return new LogPages(link, keys) {
            @Override
            Uni<Slice> older(RoomId room, @Nullable Id before, Window window, Size size) {
                return Uni.createFrom()
                        .deferred(deed::get)
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                        .chain(() -> super.older(room, before, window, size));
            }
        };
    }

    @Test
    void whatComesAfterTheAnswerThatLetThemInIsNotInThePage() {
        var room = archive.room(owner, "{}");
        var known = archive.say(room, owner, "hi");
        var later = new ArrayList<Id>();
        var racing = new RoomHistory(
                pagesAfter(() -> {
                    later.add(archive.head(room));
                    return archive.messages.send(owner, room, Content.of("hi"), Place.ROOM, null);
                }),
                readAccess,
                config);

        assertEquals(List.of(known), ids(now(racing.page(owner, room, before(null, 1)))));
        assertEquals(List.of(known), later);
        assertTrue(archive.head(room).seq() > known.seq());
    }

    @Test
    void whoIsRemovedDuringASearchGetsNoAnswer() {
        var room = archive.room(owner, "{'kind':'private'}");
        now(archive.members.add(owner, room, eva.user().id()));
        for (int i = 0; i < 300; i++) { // more than one page
            archive.say(room, owner, "hay");
        }
        var reads = new ArrayList<Integer>();
        var racing = new RoomSearch(
                pagesAfter(() -> {
                    reads.add(reads.size());
                    return archive.members.remove(owner, room, eva.user().id(), "");
                }),
                readAccess,
                rates,
                config);

        refused(NOT_FOUND, racing.find(eva, room, HI));
        assertEquals(List.of(0), reads, "one page was read");
    }

    @Test
    void aLogThatIsTrimmedDuringASearchEndsThere() {
        var room = archive.room(owner, "{}");
        for (int i = 0; i < 300; i++) {
            archive.say(room, owner, "hay");
        }
        var reads = new ArrayList<Integer>();
        var racing = new RoomSearch(
                pagesAfter(() -> {
                    reads.add(reads.size());
                    if (reads.size() == 2) {
                        archive.trim(room, archive.head(room));
                    }
                    return Uni.createFrom().voidItem();
                }),
                readAccess,
                rates,
                config);

        assertEquals(new RoomSearch.Found(List.of(), null, 250), now(racing.find(owner, room, HI)));
    }

    // ---- one at a time

    /** A search whose reads wait until somebody completes them. */
    private RoomSearch waiting(List<Runnable> resume) {
        return new RoomSearch(
                pagesAfter(() -> Uni.createFrom().emitter(emitter -> resume.add(() -> emitter.complete(null)))),
                readAccess,
                rates,
                config);
    }

    @Test
    void aUserHasOneSearchAtATime() {
        var room = archive.room(owner, "{}");
        var resume = Collections.synchronizedList(new ArrayList<Runnable>());
        var search = waiting(resume);
        var first = search.find(owner, room, HI).subscribeAsCompletionStage();
        await().until(() -> resume.size() == 1);

        refused(RATE_LIMITED, search.find(owner, room, HI));

        resume.getFirst().run();
        assertEquals(0, first.join().searched());
        var second = search.find(owner, room, HI).subscribeAsCompletionStage();
        await().until(() -> resume.size() == 2);
        second.cancel(true); // the client is gone
        var third = search.find(owner, room, HI).subscribeAsCompletionStage();
        await().until(() -> resume.size() == 3);
        resume.getLast().run();
        assertEquals(0, third.join().searched());
    }

    @Test
    void aPodHasAFewSearchesAtATime() {
        var room = archive.room(owner, "{'kind':'public'}");
        var resume = Collections.synchronizedList(new ArrayList<Runnable>());
        var search = waiting(resume);
        var most = config.search().atOnce();
        for (int i = 0; i < most; i++) {
            var _ = search.find(user("u" + i), room, HI).subscribeAsCompletionStage();
        }
        await().until(() -> resume.size() == most);

        refused(RATE_LIMITED, search.find(eva, room, HI));
        resume.getFirst().run();
        await().until(() -> {
            var again = search.find(eva, room, HI).subscribeAsCompletionStage();
            return !again.isCompletedExceptionally();
        });
    }

    @Test
    void aUserSearchesAsOftenAsTheSettingSays() {
        var room = archive.room(owner, "{}");
        var refusals = new ArrayList<String>();
        for (int i = 0; i < config.limits().searchesPerMinute() + 20; i++) {
            try {
                now(archive.roomSearch.find(owner, room, HI));
            } catch (Refusal refusal) {
                assertEquals(RATE_LIMITED, refusal.code());
                refusals.add(refusal.getMessage());
            }
        }
        assertFalse(refusals.isEmpty());
    }
}
