package dev.bincang.mark;

import static dev.bincang.mark.MarkStage.id;
import static dev.bincang.mark.MarkStage.now;
import static dev.bincang.mark.MarkStage.refused;
import static dev.bincang.mark.MarkStage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.lists.RoomLists.Filter;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** The order, the filters, the pages and the cost of a user's list of rooms, and their own settings. */
@QuarkusTest
class RoomListTest {

    private static final Logger LOG = Logger.getLogger(RoomListTest.class);
    private static final int MANY = 200;

    private final Actor owner = user("owner");
    private final Actor ben = user("ben");

    @Inject
    MarkStage stage;

    private RoomId withBen(String kind) {
        var room = stage.room(owner, kind, null);
        now(stage.members.add(owner, room, id(ben)));
        return room;
    }

    private List<RoomId> ids(Filter filter) {
        return stage.list(ben, filter).stream().map(one -> one.room().id()).toList();
    }

    private Preferences set(RoomId room, Preferences.Change change) {
        return now(stage.own.change(ben, room, change));
    }

    @Test
    void theRoomWithTheNewestMessageComesFirst() {
        var first = withBen("public");
        var second = withBen("private");
        stage.send(owner, second);
        stage.send(owner, first);
        assertEquals(List.of(first, second), ids(Filter.ALL));

        now(stage.members.add(owner, second, id(user("new"))));
        assertEquals(List.of(first, second), ids(Filter.ALL), "a new member is no message");
        var message = stage.send(owner, second);
        assertEquals(List.of(second, first), ids(Filter.ALL));
        now(stage.messages.delete(owner, second, message, null));
        assertEquals(List.of(second, first), ids(Filter.ALL), "a deleted message keeps its place");
    }

    @Test
    void theLastMessageIsFoundBehindManyOtherEvents() {
        var room = withBen("public");
        var message = stage.send(owner, room);
        for (int i = 0; i < 40; i++) {
            now(stage.members.add(owner, room, id(user("u"))));
        }
        assertTrue(String.valueOf(stage.mine(ben, room).last()).contains(message.toString()));

        stage.redis.execute("HDEL", stage.keys.of(room).room(), "lastMessage"); // as an older version leaves it
        assertEquals(null, stage.mine(ben, room).last());
        assertEquals(1, stage.mine(ben, room).unread());
        var next = stage.send(owner, room);
        assertTrue(String.valueOf(stage.mine(ben, room).last()).contains(next.toString()));
    }

    @Test
    void aFilterChoosesRooms() {
        var quiet = withBen("public");
        var unread = withBen("public");
        var away = withBen("public");
        var direct = now(stage.rooms.direct(owner, id(ben))).id();
        stage.send(owner, unread);
        stage.send(owner, away);
        set(away, new Preferences.Change(null, null, true, null));

        assertEquals(new HashSet<>(List.of(quiet, unread, away, direct)), new HashSet<>(ids(Filter.ALL)));
        assertEquals(List.of(unread), ids(Filter.UNREAD));
        assertEquals(List.of(direct), ids(Filter.DIRECT));
        assertEquals(List.of(away), ids(Filter.ARCHIVED));
        stage.mention(quiet, ben.key(), stage.head(quiet).seq() + 1, owner);
        assertEquals(List.of(unread), ids(Filter.UNREAD), "an event that does not exist mentions nobody");
    }

    @Test
    void ownSettingsAreKeptForMembersOnly() {
        var room = withBen("private");
        assertEquals(Preferences.DEFAULT, stage.mine(ben, room).me());
        set(room, new Preferences.Change(true, 9L, null, Preferences.Notify.MENTIONS));
        var stored = set(room, new Preferences.Change(null, null, true, null));
        assertEquals(new Preferences(true, 9, true, Preferences.Notify.MENTIONS), stored);
        assertEquals(stored, stage.mine(ben, room).me());
        assertEquals(Preferences.DEFAULT, stage.mine(owner, room).me(), "nobody else's");

        refused(ErrorCode.BAD_REQUEST, stage.own.change(ben, room, new Preferences.Change(null, -1L, null, null)));
        var change = new Preferences.Change(true, null, null, null);
        refused(ErrorCode.NOT_FOUND, stage.own.change(user("other"), room, change));
        refused(ErrorCode.FORBIDDEN, stage.own.change(user("visitor"), stage.room(owner), change));
        refused(ErrorCode.FORBIDDEN, stage.own.change(ben, RoomId.inbox(ben.key()), change));
    }

    @Test
    void ownSettingsEndWithTheMembership() {
        var left = withBen("public");
        var deleted = withBen("public");
        var reset = withBen("public");
        for (var room : List.of(left, deleted, reset)) {
            set(room, new Preferences.Change(true, null, null, null));
        }
        now(stage.members.remove(ben, left, id(ben), ""));
        now(stage.rooms.delete(owner, deleted, null));
        set(reset, new Preferences.Change(false, null, null, null));

        stage.list(ben, Filter.ALL);

        assertEquals(0, stage.redis.hash(String.class).hlen(stage.keys.preferencesOf(ben.key())));
    }

    @Test
    void aPageHasNoMissWhileRoomsChange() {
        var rooms = new ArrayList<RoomId>();
        for (int i = 0; i < 9; i++) {
            rooms.add(withBen("public"));
            stage.send(owner, rooms.getLast());
        }
        var seen = new HashSet<RoomId>();
        String cursor = null;
        var pages = 0;
        do {
            var page = now(stage.lists.mine(ben, Filter.ALL, cursor, 3));
            page.items().forEach(one -> seen.add(one.room().id()));
            if (pages++ < 3) {
                stage.send(owner, rooms.get(pages - 1)); // one of the oldest moves to the top
            }
            cursor = page.next();
        } while (cursor != null);
        assertEquals(new HashSet<>(rooms), seen);
    }

    @Test
    void twoHundredRoomsTakeFourScriptsAndAFewMilliseconds() {
        for (int maker = 0; maker < MANY / 20; maker++) { // a user may make 20 rooms in a minute
            var someone = user("maker");
            for (int i = 0; i < 20; i++) {
                var room = stage.room(someone);
                now(stage.members.add(ben, room, id(ben)));
                stage.send(someone, room);
            }
        }
        stage.list(ben, Filter.ALL); // the scripts are loaded

        var before = scripts();
        var found = now(stage.lists.mine(ben, Filter.ALL, null, 50));
        var after = scripts();

        assertEquals(50, found.items().size());
        assertTrue(found.items().stream().allMatch(one -> one.unread() == 1));
        // The others are the pods' own.
        var calls = after.getFirst() - before.getFirst();
        assertTrue(calls >= 4 && calls < 8, calls + " scripts");
        var micros = after.getLast() - before.getLast();
        assertTrue(micros < 100_000, micros + " µs"); // 10 ms on a machine that is not ten times busier
        LOG.infof("200 rooms take %d µs of Redis", micros);
    }

    /** The number of scripts that Redis has run, and their time in microseconds. */
    private List<Long> scripts() {
        var line = stage.redis
                .execute("INFO", "commandstats")
                .toString()
                .lines()
                .filter(one -> one.startsWith("cmdstat_evalsha:"))
                .findFirst()
                .orElseThrow();
        return List.of(
                Long.parseLong(line.replaceAll("cmdstat_evalsha:calls=(\\d+).*", "$1")),
                Long.parseLong(line.replaceAll(".*usec=(\\d+).*", "$1")));
    }
}
