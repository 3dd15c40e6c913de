package dev.bincang.people;

import static dev.bincang.people.Cast.id;
import static dev.bincang.people.Cast.now;
import static dev.bincang.people.Cast.refused;
import static dev.bincang.people.Cast.user;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Role;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a block does for the blocker, and that the blocked user cannot find it. */
@QuarkusTest
class BlockListsTest {

    private final Actor ana = user("ana");
    private final Actor ben = user("ben");

    @Inject
    Cast cast;

    @Inject
    BlockLists blocks;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void redisIsThere() {
        cast.room(user("owner"), "{}");
    }

    private Set<String> blocked(Actor by) {
        var all = new HashSet<String>();
        var cursor = (String) null;
        do {
            var page = now(blocks.list(by, cursor, 2));
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    /** The changes that the user's inbox tells of. */
    private List<String> told(Actor reader) {
        return cast.events(reader, RoomId.inbox(reader.key())).stream()
                .map(event -> event.path("change").asText())
                .toList();
    }

    @Test
    void aBlockIsListedOnceUntilItEnds() {
        now(blocks.block(ana, id(ben)));
        now(blocks.block(ana, id(ben)));
        now(blocks.block(ana, "a b:{c}%"));
        assertEquals(Set.of(id(ben), "a b:{c}%"), blocked(ana));
        assertEquals(Set.of(), blocked(ben));

        now(blocks.unblock(ana, id(ben)));
        now(blocks.unblock(ana, id(ben)));
        assertEquals(Set.of("a b:{c}%"), blocked(ana));
    }

    @Test
    void aLongListHasPages() {
        var some = new HashSet<String>();
        for (int i = 0; i < 600; i++) {
            some.add("u" + i);
            now(blocks.block(ana, "u" + i));
        }
        assertEquals(some, blocked(ana));
    }

    @Test
    void nobodyBlocksThemselvesOrWhatIsNoUser() {
        refused(ErrorCode.BAD_REQUEST, blocks.block(ana, id(ana)));
        refused(ErrorCode.BAD_REQUEST, blocks.block(ana, ""));
        refused(ErrorCode.BAD_REQUEST, blocks.unblock(ana, "x".repeat(129)));
        refused(ErrorCode.BAD_REQUEST, blocks.list(ana, "-1", 10));
        assertEquals(Set.of(), blocked(ana));
    }

    @Test
    void aDirectRoomOfABlockedUserIsMadeButNotTold() {
        now(blocks.block(ana, id(ben)));

        var room = now(cast.rooms.direct(ben, id(ana)));
        assertEquals(2, room.members());
        assertEquals(Role.MEMBER, room.role());
        cast.send(ben, room.id(), "hello?");

        assertEquals(List.of(), told(ana));
        assertEquals(room.id(), now(cast.rooms.direct(ana, id(ben))).id());
        assertEquals(
                "hello?", cast.events(ana, room.id()).getLast().path("text").asText());
    }

    @Test
    void aDirectRoomIsToldWithoutABlockAndAfterItsEnd() {
        now(blocks.block(ben, id(ana))); // the other way round does not matter
        now(cast.rooms.direct(ben, id(ana)));
        assertEquals(List.of("direct"), told(ana));

        var cleo = user("cleo");
        now(blocks.block(ana, id(cleo)));
        now(blocks.unblock(ana, id(cleo)));
        now(cast.rooms.direct(cleo, id(ana)));
        assertEquals(List.of("direct", "direct"), told(ana));
    }

    @Test
    void whichRoomsOneIsInIsAlwaysTold() {
        now(blocks.block(ana, id(ben)));
        var room = cast.room(ben, "{'kind':'private'}");

        now(cast.members.add(ben, room, id(ana)));
        now(cast.members.remove(ben, room, id(ana), ""));
        now(cast.members.ban(ben, room, id(ana), Members.FOREVER, ""));

        assertEquals(List.of("added", "removed", "banned"), told(ana));
    }

    /** The pods' leases and the sweeper call Redis too, so the smallest count of several attempts is compared. */
    @Test
    void aBlockedUserGetsTheSameAnswersAfterTheSameCalls() {
        var open = attempts(false);
        var blocked = attempts(true);
        assertEquals(open, blocked);
        assertEquals(2, open.get("open sismember"), "the rooms that one has made, and the blocks");
    }

    private Map<String, Long> attempts(boolean block) {
        var least = new TreeMap<String, Long>();
        for (int i = 0; i < 5; i++) {
            var blocker = user("blocker");
            var seeker = user("seeker");
            now(block ? blocks.block(blocker, id(seeker)) : blocks.block(blocker, "somebody-else"));
            calls("open", least, () -> now(cast.rooms.direct(seeker, id(blocker))));
            calls("open again", least, () -> now(cast.rooms.direct(seeker, id(blocker))));
            var room = now(cast.rooms.direct(seeker, id(blocker))).id();
            calls("send", least, () -> cast.send(seeker, room, "hi"));
            calls(
                    "history",
                    least,
                    () -> assertEquals(2, cast.events(seeker, room).size()));
            var shared = cast.room(seeker, "{'kind':'private'}");
            calls("add", least, () -> now(cast.members.add(seeker, shared, id(blocker))));
        }
        return least;
    }

    private void calls(String name, Map<String, Long> least, Runnable attempt) {
        var before = calls();
        attempt.run();
        calls().forEach((command, count) ->
                least.merge(name + " " + command, count - before.getOrDefault(command, 0L), Math::min));
    }

    private Map<String, Long> calls() {
        var calls = new TreeMap<String, Long>();
        for (var line : redis.execute("INFO", "commandstats").toString().split("\r\n", -1)) {
            var name = line.replaceFirst("^cmdstat_([a-z|]+):.*", "$1");
            if (List.of("evalsha", "sismember", "smembers", "sadd", "srem", "hget")
                    .contains(name)) {
                calls.put(name, Long.parseLong(line.replaceFirst("^[^:]*:calls=(\\d+),.*", "$1")));
            }
        }
        return calls;
    }
}
