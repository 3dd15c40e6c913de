package dev.bincang.mark;

import static dev.bincang.mark.MarkStage.id;
import static dev.bincang.mark.MarkStage.now;
import static dev.bincang.mark.MarkStage.refused;
import static dev.bincang.mark.MarkStage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.lists.RoomLists.Filter;
import dev.bincang.room.lists.RoomLists.Mine;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What moves a mark, who may move one, and which events it can move to. */
@QuarkusTest
class MarksTest {

    private final Actor owner = user("owner");

    @Inject
    MarkStage stage;

    @Inject
    RateLimits limits;

    private String stored(RoomId room, Actor user) {
        return String.valueOf(
                stage.redis.hash(String.class).hget(stage.keys.of(room).marks(), user.key()));
    }

    @Test
    void readMovesForwardAndUnreadMovesBackAndOnlyTheReceiptStays() {
        var room = stage.room(owner);
        var ben = stage.member(room, owner, "ben");
        var first = stage.send(owner, room);
        var second = stage.send(owner, room);
        var third = stage.send(owner, room);
        var before = stage.mine(ben, room);
        assertEquals(3, before.unread());

        assertEquals(new Marks.Mark(second, 2, 1, 0), now(stage.marks.read(ben, room, second, before.mark())));
        assertEquals(new Marks.Mark(second, 2, 1, 0), now(stage.marks.read(ben, room, second, null)), "again");
        assertEquals(new Marks.Mark(second, 2, 1, 0), now(stage.marks.read(ben, room, first, null)), "an earlier one");
        assertEquals(new Marks.Mark(first, 1, 2, 0), now(stage.marks.unread(ben, room, second)));
        assertEquals(new Marks.Mark(first, 1, 2, 0), now(stage.marks.unread(ben, room, third)), "a later one");
        assertEquals(first + " 1 " + second + " 2", stored(room, ben));
    }

    @Test
    void aReadThatWaitedDoesNotUndoALaterUnread() {
        var room = stage.room(owner);
        var ben = stage.member(room, owner, "ben");
        var first = stage.send(owner, room);
        var known = now(stage.marks.read(ben, room, first, null)).id();
        var back = now(stage.marks.unread(ben, room, first));

        refused(ErrorCode.CONFLICT, stage.marks.read(ben, room, stage.send(owner, room), known));

        assertEquals(back.id(), stage.mine(ben, room).mark());
    }

    @Test
    void onlyAMemberHasAMark() {
        var open = stage.room(owner);
        var closed = stage.room(owner, "private", null);
        var inOpen = stage.send(owner, open);
        var inClosed = stage.send(owner, closed);
        var visitor = user("visitor");
        var admin = Actor.of(new User("admin-" + UUID.randomUUID(), "Admin"), true);
        var banned = stage.member(open, owner, "banned");
        now(stage.members.ban(owner, open, id(banned), Members.FOREVER, ""));

        for (var nobody : List.of(visitor, admin, banned)) {
            refused(ErrorCode.FORBIDDEN, stage.marks.read(nobody, open, inOpen, null));
            refused(ErrorCode.FORBIDDEN, stage.marks.unread(nobody, open, inOpen));
            assertEquals("null", stored(open, nobody));
        }
        var privately = refused(ErrorCode.NOT_FOUND, stage.marks.read(visitor, closed, inClosed, null));
        var nowhere = refused(ErrorCode.NOT_FOUND, stage.marks.read(visitor, new RoomId("r.nowhere"), inClosed, null));
        assertEquals(nowhere.getMessage(), privately.getMessage(), "a private room looks as if it did not exist");
        refused(ErrorCode.NOT_FOUND, stage.marks.read(visitor, RoomId.inbox(visitor.key()), inOpen, null));
        refused(ErrorCode.NOT_FOUND, stage.marks.read(admin, RoomId.AUDIT, inOpen, null));

        stage.send(visitor, open);
        stage.send(admin, open);
        assertEquals("null", stored(open, visitor), "a visitor who sends has no mark either");
        assertEquals("null", stored(open, admin));
    }

    @Test
    void anEventThatTheLogDoesNotHaveIsNotFound() {
        var room = stage.room(owner);
        var elsewhere = stage.send(owner, stage.room(owner));
        var head = stage.send(owner, room);
        var mark = stored(room, owner);
        for (var wrong : List.of(
                Id.ZERO,
                elsewhere,
                new Id(head.seq(), head.tag() ^ 1),
                new Id(head.seq() + 1, 7),
                new Id((1L << 53) - 1, (1L << 32) - 1))) {
            refused(ErrorCode.NOT_FOUND, stage.marks.read(owner, room, wrong, null));
            refused(ErrorCode.NOT_FOUND, stage.marks.unread(owner, room, wrong));
        }
        assertEquals(mark, stored(room, owner));
    }

    @Test
    void aTrimmedEventCountsAsTheOldestOfTheLog() {
        var room = stage.room(owner, null, 2L);
        var ben = stage.member(room, owner, "ben");
        var trimmed = stage.send(owner, room);
        stage.send(owner, room);
        var oldest = stage.send(owner, room);
        stage.send(owner, room);
        now(stage.log.sweep(room));
        assertEquals(2, stage.mine(ben, room).unread(), "trimmed messages do not count");

        assertEquals(new Marks.Mark(oldest, 3, 1, 0), now(stage.marks.read(ben, room, trimmed, null)));
        assertEquals(2, now(stage.marks.unread(ben, room, trimmed)).unread());
    }

    @Test
    void aMarkBeyondTheHeadCountsAsTheHead() {
        var room = stage.room(owner);
        var ben = stage.member(room, owner, "ben");
        var head = stage.send(owner, room);
        stage.redis.hash(String.class).hset(stage.keys.of(room).marks(), ben.key(), "99-7 90 99-7 90");

        assertEquals(head, stage.mine(ben, room).mark());
        stage.send(owner, room);
        var next = stage.send(owner, room);
        assertEquals(new Marks.Mark(next, 3, 0, 0), now(stage.marks.read(ben, room, next, null)));
    }

    @Test
    void aMemberWithoutAStoredMarkHasReadUpToTheEventThatAddedThem() {
        var room = stage.room(owner);
        stage.send(owner, room);
        var ben = stage.member(room, owner, "ben");
        var added = stage.head(room);
        stage.send(owner, room);
        var marks = stage.redis.hash(String.class);
        marks.hdel(stage.keys.of(room).marks(), ben.key()); // as a pod of an older version leaves it
        assertEquals(added, stage.mine(ben, room).mark());
        assertEquals(1, stage.mine(ben, room).unread());

        marks.hset(stage.keys.of(room).marks(), ben.key(), "1-7 0 1-7 0"); // of an earlier membership
        assertEquals(1, stage.mine(ben, room).unread());
        assertEquals(added, now(stage.marks.unread(ben, room, added)).id(), "never to before the membership");
    }

    @Test
    void aMentionByOthersCountsAfterTheMark() {
        var room = stage.room(owner);
        var ben = stage.member(room, owner, "ben");
        var first = stage.send(owner, room).seq();
        stage.send(owner, room);
        stage.mention(room, ben.key(), first, owner);
        stage.mention(room, "*", first + 1, owner);
        stage.mention(room, "*", first + 1, ben);
        stage.mention(room, ben.key() + "x", first + 1, owner);
        assertEquals(2, stage.mine(ben, room).mentions());

        for (int i = 0; i < 150; i++) {
            stage.mention(room, ben.key(), first + 1, user("u"));
        }
        assertEquals(100, stage.mine(ben, room).mentions());
    }

    @Test
    void everythingIsReadInOneCall() {
        var ben = user("ben");
        var rooms = List.of(stage.room(owner), stage.room(owner), stage.room(owner));
        for (var room : rooms) {
            now(stage.members.add(owner, room, id(ben)));
            stage.send(owner, room);
        }
        now(stage.members.remove(ben, rooms.getLast(), id(ben), ""));
        stage.redis
                .set(String.class)
                .sadd(stage.keys.roomsOf(ben.key()), rooms.getLast().value());

        now(stage.marks.readEverything(ben));

        assertEquals(
                List.of(0L, 0L),
                stage.list(ben, Filter.ALL).stream().map(Mine::unread).toList());
        assertEquals("null", stored(rooms.getLast(), ben), "not a member any more");
        now(stage.marks.readEverything(user("nobody")));
    }

    @Test
    void membersSeeHowFarOthersHaveReadUnlessTheRoomIsLarge() {
        var room = stage.room(owner);
        var ben = stage.member(room, owner, "ben");
        var first = stage.send(owner, room);
        now(stage.marks.read(ben, room, first, null));
        now(stage.marks.unread(ben, room, first));
        var head = stage.send(owner, room);

        var seen = now(stage.marks.receipts(ben, room)).items().stream()
                .collect(Collectors.toMap(Marks.Receipt::user, Marks.Receipt::id));
        assertEquals(Map.of(id(owner), head, id(ben), first), seen);

        stage.redis.hash(String.class).hset(stage.keys.of(room).room(), "members", "101");
        assertTrue(String.valueOf(refused(ErrorCode.FORBIDDEN, stage.marks.receipts(ben, room))
                        .getMessage())
                .contains("large"));
        refused(ErrorCode.FORBIDDEN, stage.marks.receipts(user("visitor"), room));
        refused(ErrorCode.NOT_FOUND, stage.marks.receipts(user("other"), stage.room(owner, "private", null)));
    }

    @Test
    void aUserWhoMovesMarksTooOftenHasToWait() {
        var room = stage.room(owner);
        limits.take(What.MARK, owner.key(), Integer.MAX_VALUE); // all that there are

        refused(ErrorCode.RATE_LIMITED, stage.marks.read(owner, room, stage.head(room), null));
    }
}
