package dev.bincang.room;

import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.lists.RoomLists.Filter;
import dev.bincang.room.lists.RoomLists.Mine;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The list of a user's rooms: its entries, its fields and its cost. */
@QuarkusTest
class RoomListsTest {

    private final Actor owner = user("owner");
    private final Actor ben = user("ben");

    @Inject
    Keys keys;

    @Inject
    Stage stage;

    @Inject
    RedisDataSource redis;

    private List<Mine> all(Actor actor, int limit) {
        var all = new ArrayList<Mine>();
        String cursor = null;
        do {
            var page = now(stage.roomLists.mine(actor, Filter.ALL, cursor, limit));
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    private Map<RoomId, Mine> byId(Actor actor) {
        var rooms = new HashMap<RoomId, Mine>();
        all(actor, 50).forEach(mine -> rooms.put(mine.room().id(), mine));
        return rooms;
    }

    private static String text(@Nullable Mine mine) {
        return mine == null || mine.last() == null
                ? ""
                : Stage.json(mine.last()).path("text").asText();
    }

    @Test
    void eachEntryIsTheRoomWithItsLastMessage() {
        var busy = stage.room(owner, "{'topic':'tea','slowModeSeconds':5,'readOnly':true}");
        var edited = stage.room(owner, "{'kind':'private'}");
        now(stage.members.add(owner, edited, id(ben)));
        stage.send(owner, busy, "hi");
        var message = stage.send(ben, edited, "ho");
        var rooms = byId(owner);

        for (var room : List.of(busy, edited)) {
            assertEquals(now(stage.rooms.get(owner, room)), rooms.get(room).room());
        }
        assertEquals("hi", text(rooms.get(busy)));
        assertEquals("ho", text(rooms.get(edited)));
        assertEquals(2, rooms.size());
        assertEquals(Role.MEMBER, byId(ben).get(edited).room().role());

        now(stage.messages.delete(owner, edited, message, null));
        var last = Stage.json(byId(ben).get(edited).last());
        assertEquals(message.toString(), last.path("id").asText());
        assertTrue(last.has("deleted") && !last.has("text"), last.toString());
    }

    @Test
    void aRoomThatTheUserLeftIsNotListedEvenIfItIsStillStored() {
        var left = stage.room(owner);
        var closed = stage.room(owner, "{'kind':'private'}");
        var banned = stage.room(owner);
        var deleted = stage.room(owner);
        var in = stage.room(owner);
        var admin = Stage.admin();
        for (var who : List.of(ben, admin)) {
            for (var room : List.of(left, closed, banned, deleted, in)) {
                now(stage.members.add(owner, room, id(who)));
            }
            now(stage.members.remove(who, left, id(who), ""));
            now(stage.members.remove(owner, closed, id(who), ""));
            now(stage.members.ban(owner, banned, id(who), Members.FOREVER, ""));
        }
        now(stage.rooms.delete(owner, deleted, null));
        for (var who : List.of(ben, admin)) {
            // As if the writes after each change had failed.
            redis.set(String.class)
                    .sadd(
                            keys.roomsOf(who.key()),
                            left.value(),
                            closed.value(),
                            banned.value(),
                            deleted.value(),
                            "r.no");

            assertEquals(Set.of(in), byId(who).keySet());
        }
    }

    @Test
    void aNewMemberSeesNoEarlierEventIfHistoryIsForMembers() {
        var room = stage.room(owner, "{'history':'joined'}");
        stage.send(owner, room, "before");
        now(stage.members.add(owner, room, id(ben)));
        assertNull(byId(ben).get(room).last());

        stage.send(owner, room, "after");

        assertEquals("after", text(byId(ben).get(room)));
    }

    @Test
    void aPageCostsThreeRoundTripsForAnyNumberOfRooms() {
        for (int i = 0; i < 18; i++) {
            stage.send(owner, stage.room(owner), "hi");
        }
        var before = commands();

        var page = now(stage.roomLists.mine(owner, Filter.ALL, null, 200));

        var after = commands();
        assertEquals(18, page.items().size());
        assertEquals(1, after.get("smembers") - before.get("smembers"), "the list, inside a script");
        // Four are ours: the list and the settings in one round trip, glances, details. The others are the pods' own.
        var scripts = after.get("evalsha") - before.get("evalsha");
        assertTrue(scripts >= 4 && scripts < 8, scripts + " scripts");
    }

    /** How often each command was called, also from scripts. */
    private Map<String, Long> commands() {
        var calls = new HashMap<String, Long>();
        for (var line : redis.execute("INFO", "commandstats").toString().split("\r\n", -1)) {
            if (line.startsWith("cmdstat_")) {
                calls.put(
                        line.substring("cmdstat_".length(), line.indexOf(':')),
                        Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1")));
            }
        }
        calls.putIfAbsent("smembers", 0L);
        return calls;
    }
}
