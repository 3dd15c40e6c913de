package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.CONFLICT;
import static dev.bincang.protocol.ErrorCode.LIMIT_REACHED;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.protocol.ErrorCode.UNAVAILABLE;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.settings;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.testing.history.StoredLog;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How many rooms a user can make, how large a room gets, and what is possible while Redis is nearly full. */
@QuarkusTest
class RoomBoundsTest {

    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
    private final Actor guest = Actor.of(new User("guest:" + UUID.randomUUID(), "Ana"), false);

    @Inject
    Keys keys;

    @Inject
    Stage stage;

    @Inject
    RedisDataSource redis;

    @Inject
    BincangConfig config;

    @Inject
    Links links;

    private void hasMade(Actor who, int rooms) {
        for (int i = 0; i < rooms; i++) {
            redis.set(String.class).sadd(keys.madeBy(who.key()), "r.before" + i);
        }
    }

    // ---- rooms made

    @Test
    void aGuestCanMakeFewerRoomsAndADeletedRoomDoesNotCount() {
        var most = config.rooms().maxPerGuest();
        assertTrue(most < config.rooms().maxPerUser());
        hasMade(guest, most - 1);
        hasMade(owner, most);
        var last = stage.room(guest);
        stage.room(owner);

        refused(LIMIT_REACHED, stage.rooms.create(guest, null, Settings.NONE, null));
        refused(LIMIT_REACHED, stage.rooms.direct(guest, id(ben)));

        now(stage.rooms.delete(guest, last, null));
        stage.room(guest);
    }

    @Test
    void aRoomThatAnAdminDeletesDoesNotCount() {
        var room = stage.room(ben);
        assertEquals(1, redis.set(String.class).scard(keys.madeBy(ben.key())));

        now(stage.rooms.delete(Stage.admin(), room, null));

        assertEquals(0, redis.set(String.class).scard(keys.madeBy(ben.key())));
    }

    @Test
    void aRefusedRoomDoesNotCount() {
        var taken = new RoomId("taken-" + UUID.randomUUID());
        now(stage.rooms.create(owner, taken, Settings.NONE, null));

        refused(CONFLICT, stage.rooms.create(ben, taken, Settings.NONE, null));
        refused(CONFLICT, stage.rooms.create(owner, taken, Settings.NONE, null));

        assertEquals(0, redis.set(String.class).scard(keys.madeBy(ben.key())));
        assertEquals(1, redis.set(String.class).scard(keys.madeBy(owner.key())));
    }

    // ---- a room's id

    @Test
    void aTakenIdDoesNotTellWhetherItsRoomStillExists() {
        var secret = new RoomId("secret-" + UUID.randomUUID());
        var gone = new RoomId("gone-" + UUID.randomUUID());
        now(stage.rooms.create(owner, secret, Settings.NONE, null));
        now(stage.rooms.create(owner, gone, Settings.NONE, null));
        now(stage.rooms.change(owner, secret, settings("{'kind':'private'}"), null));
        now(stage.rooms.delete(owner, gone, null));

        assertEquals(
                refused(CONFLICT, stage.rooms.create(ben, gone, Settings.NONE, null))
                        .problem(),
                refused(CONFLICT, stage.rooms.create(ben, secret, Settings.NONE, null))
                        .problem());
        assertEquals(
                refused(NOT_FOUND, stage.rooms.get(ben, gone)).problem(),
                refused(NOT_FOUND, stage.rooms.get(ben, secret)).problem());
    }

    /** If rooms are open, a room has users and messages before anybody makes it. */
    @Test
    void whoMakesAnOpenRoomKeepsWhatItHas() {
        var room = new RoomId("open-" + UUID.randomUUID());
        var admin = Stage.admin();
        var of = keys.of(room);
        var command = StoredLog.messages(keys, room, 1, Duration.ZERO, 2);
        redis.execute(command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));
        var hash = redis.hash(String.class);
        hash.hset(of.room(), Map.of("members", "1", "owners", "1", "barred", "1"));
        hash.hset(
                of.members(),
                Map.of("ben", "owner 1-7 0 0 0", admin.key(), "- - 0 0 0 0 " + Members.FOREVER + " ben noise"));
        redis.execute("ZADD", of.index(), "0", "b" + admin.key());

        now(stage.rooms.create(admin, room, Settings.NONE, null));

        assertEquals("2", hash.hget(of.room(), "members"));
        assertEquals("2", hash.hget(of.room(), "owners"));
        var state = hash.hget(of.members(), admin.key());
        assertTrue(state.startsWith("owner 2-") && state.endsWith(" ben noise"), state);
    }

    /** Whatever else holds: an inbox and the audit trail are the server's, and nobody learns whether they exist. */
    @Test
    void nobodyWritesToAnInboxOrTheAuditTrail() {
        now(stage.members.add(owner, stage.room(owner), id(ben))); // makes the inbox
        for (var log : List.of(RoomId.inbox(ben.key()), RoomId.inbox("nobody"), RoomId.AUDIT)) {
            for (var key : new Key[] {null, new Key("k")}) {
                assertEquals(
                        "room: there is none",
                        refused(NOT_FOUND, stage.messages.send(owner, log, Content.of("hi"), Place.ROOM, key))
                                .getMessage());
            }
        }
    }

    // ---- bytes of a room

    @Test
    void aLogKeepsItsBoundBetweenSweeps() {
        var room = stage.room(owner);
        var large = (1 << 18) - 100; // with the rest of the body, it fills what Redis allocates for it
        var most = config.log().maxSize().asLongValue();
        var command = StoredLog.messages(keys, room, (int) (most / large) + 8, Duration.ZERO, large);
        redis.execute(command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));
        assertTrue(size(room) > most);

        stage.send(owner, room, "hi");

        assertTrue(size(room) <= most, size(room) + " bytes");
    }

    private long size(RoomId room) {
        return redis.execute("MEMORY", "USAGE", keys.of(room).log()).toLong()
                + redis.execute("MEMORY", "USAGE", keys.of(room).bodies(), "SAMPLES", "0")
                        .toLong();
    }

    // ---- users who are banned or muted

    @Test
    void bansAndMutesOfARoomAreLimitedAndExpiredOnesDoNotCount() {
        var room = stage.room(owner);
        var most = config.rooms().maxMembers();
        var time = System.currentTimeMillis();
        bar(room, most, time + 600_000);

        stage.refusedIn(room, LIMIT_REACHED, () -> stage.members.mute(owner, room, id(ben), Members.FOREVER, ""));
        stage.refusedIn(room, LIMIT_REACHED, () -> stage.members.ban(owner, room, id(ben), Members.FOREVER, ""));
        now(stage.members.ban(owner, room, "u1", Members.FOREVER, ""));

        bar(room, most, time - 1);
        now(stage.members.mute(owner, room, id(ben), Members.FOREVER, ""));
        assertTrue(redis.execute("ZLEXCOUNT", keys.of(room).index(), "[b", "(c").toInteger() < most);
    }

    private void bar(RoomId room, int users, long until) {
        redis.execute(
                "EVAL",
                """
                for i = 1, ARGV[1] do
                  redis.call('HSET', KEYS[2], 'u' .. i, '- - 0 0 0 ' .. ARGV[2] .. ' 0 owner ')
                  redis.call('ZADD', KEYS[3], 0, 'bu' .. i)
                end
                redis.call('HSET', KEYS[1], 'barred', ARGV[1])
                """,
                "3",
                keys.of(room).room(),
                keys.of(room).members(),
                keys.of(room).index(),
                Integer.toString(users),
                Long.toString(until));
    }

    // ---- Redis nearly full

    @Test
    void theLastPartOfRedisIsReservedForModeration() {
        var room = stage.room(owner);
        var doomed = stage.room(owner);
        now(stage.members.add(owner, room, id(ben)));
        var message = stage.send(ben, room, "hi");
        var another = user("another");
        now(stage.members.add(owner, room, id(another)));
        try {
            var used = Long.parseLong(
                    redis.execute("INFO", "memory").toString().replaceAll("(?s).*\\r\\nused_memory:(\\d+).*", "$1"));
            var free = config.redis().reservePercent() / 2.0 / 100;
            redis.execute("CONFIG", "SET", "maxmemory", Long.toString((long) (used / (1 - free))));
            await().until(links::nearlyFull);

            refused(UNAVAILABLE, stage.messages.send(ben, room, Content.of("more"), Place.ROOM, null));
            refused(UNAVAILABLE, stage.messages.edit(ben, room, message, Content.of("more"), null));
            refused(UNAVAILABLE, stage.rooms.create(ben, null, Settings.NONE, null));
            refused(UNAVAILABLE, stage.members.add(ben, doomed, id(ben)));
            refused(UNAVAILABLE, stage.members.add(owner, room, id(user("new"))));

            now(stage.messages.delete(owner, room, message, null));
            now(stage.members.mute(owner, room, id(ben), Members.FOREVER, ""));
            now(stage.members.ban(owner, room, id(ben), Members.FOREVER, ""));
            now(stage.members.remove(owner, room, id(another), ""));
            now(stage.rooms.change(owner, room, settings("{'readOnly':true}"), null));
            now(stage.rooms.delete(owner, doomed, null));
        } finally {
            redis.execute("CONFIG", "SET", "maxmemory", "0");
            await().until(() -> !links.nearlyFull());
        }
        stage.send(owner, room, "again");
    }
}
