package dev.bincang.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.message.MessageVersions;
import dev.bincang.message.MessageVersions.Version;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.room.Actor;
import dev.bincang.room.Rooms;
import dev.bincang.room.Settings;
import dev.bincang.testing.history.StoredLog;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.stream.StreamRange;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The old texts of edited messages: what an edit keeps, and what removes it. The bytes of the log are exact all the time. */
@QuarkusTest
class VersionsTest {

    private static final Actor AUTHOR = Actor.of(new User("else", "Else"), false);
    private static final Actor ADMIN = Actor.of(new User("admin", "Admin"), true);
    private static final int ENTRY = 160;

    private RoomId room = new RoomId("versions-" + UUID.randomUUID());

    @Inject
    Keys keys;

    @Inject
    RoomLog log;

    @Inject
    Sweep sweep;

    @Inject
    MessageVersions versions;

    @Inject
    Rooms rooms;

    @Inject
    BincangConfig config;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void redisIsThere() {
        await().until(links::up);
    }

    /** A message that was written some time ago. */
    private Id message(Duration age) {
        var command = StoredLog.messages(keys, room, 1, age, 3);
        return Id.parse(redis.execute(
                        command.getFirst(), command.subList(1, command.size()).toArray(String[]::new))
                .toString());
    }

    private Id message() {
        return message(Duration.ZERO);
    }

    /** Returns the time of the edit. */
    private long edit(Id target, String text, int most) {
        return amend("edited", target, Codec.textMember(text), most);
    }

    private void delete(Id target, int most) {
        amend("deleted", target, new byte[0], most);
    }

    private long amend(String kind, Id target, byte[] rest, int most) {
        var stored = RoomLogTest.now(Drafts.amend(log, room, kind, AUTHOR.key(), target, rest, most));
        assertEquals(RoomLog.Outcome.OK, stored.outcome());
        return stored.time();
    }

    private void sweep() {
        RoomLogTest.now(sweep.room(room));
    }

    private List<Version> versions(Id message) {
        return RoomLogTest.now(versions.of(ADMIN, room, message)).versions();
    }

    private List<String> texts(Id message) {
        return versions(message).stream().map(Version::text).toList();
    }

    private long timeOf(Id message) {
        var id = message.toString();
        var entry = redis.stream(String.class)
                .xrange(keys.of(room).log(), StreamRange.of(id, id))
                .getFirst();
        return Long.parseLong(entry.payload().get("e").split(" ", -1)[3]);
    }

    private Set<String> fields() {
        return Set.copyOf(redis.hash(String.class).hkeys(keys.of(room).bodies()));
    }

    private boolean stored(String text) {
        return redis.hash(String.class).hgetall(keys.of(room).bodies()).values().stream()
                .anyMatch(value -> value.contains(text));
    }

    /** The bytes in the room's head are those of the bodies, of the old texts, and of each entry. */
    private void bytesAreExact() {
        var bodies = redis.hash(String.class).hgetall(keys.of(room).bodies()).values();
        var bytes =
                bodies.stream().mapToLong(value -> value.getBytes(UTF_8).length).sum();
        var entries = redis.stream(String.class).xlen(keys.of(room).log());
        var head = redis.hash(String.class).hget(keys.of(room).room(), "head").split(" ", -1);
        assertEquals(bytes + ENTRY * entries, Long.parseLong(head[3]));
    }

    @Test
    void withoutTheSettingNothingIsKept() {
        var message = message();
        edit(message, "one", 0);
        edit(message, "two", 0);

        assertEquals(List.of(), versions(message));
        assertEquals(Set.of("1", "2", "3"), fields());
        assertFalse(stored("one"));
        assertFalse(redis.hash(String.class).hexists(keys.of(room).room(), "versions"));
        bytesAreExact();
    }

    @Test
    void eachEditKeepsTheTextBeforeItWithItsTime() {
        var message = message(Duration.ofHours(3));
        var first = edit(message, "one \n\"two\",\"edited\":5}", 10);
        var second = edit(message, "🚀 \u2028", 10);
        edit(message, "now", 10);

        assertEquals(
                List.of(
                        new Version(timeOf(message), "xxx"),
                        new Version(first, "one \n\"two\",\"edited\":5}"),
                        new Version(second, "🚀 \u2028")),
                versions(message));
        assertEquals(Set.of("1", "1v", "2", "3", "4"), fields());
        bytesAreExact();
    }

    @Test
    void theEleventhDropsTheFirst() {
        var message = message();
        for (int i = 1; i <= 10; i++) {
            edit(message, "text " + i, 10);
        }
        assertEquals(10, versions(message).size());
        assertEquals("xxx", texts(message).getFirst());

        edit(message, "now", 10);

        assertEquals(
                Stream.iterate(1, i -> i + 1).limit(10).map(i -> "text " + i).toList(), texts(message));
        bytesAreExact();
    }

    @Test
    void aDeletionRemovesEveryVersion() {
        for (int most : List.of(0, 10)) {
            room = new RoomId("versions-" + UUID.randomUUID());
            var message = message();
            var other = message();
            edit(message, "one", 10);
            edit(message, "two", 10);
            edit(other, "other", 10);

            delete(message, most);

            assertEquals(List.of(), versions(message));
            assertEquals(List.of("xxx"), texts(other));
            assertEquals(Set.of("1", "2", "2v", "3", "4", "5", "6"), fields());
            assertFalse(stored("one") || stored("two"));
            bytesAreExact();
        }
    }

    @Test
    void anEditWithoutTheSettingRemovesWhatWasKept() {
        var message = message();
        edit(message, "one", 10);

        edit(message, "two", 0);

        assertEquals(List.of(), versions(message));
        assertFalse(fields().contains("1v"));
        bytesAreExact();
    }

    @Test
    void aTrimRemovesTheVersionsWithTheMessage() {
        var first = message();
        edit(first, "one", 10);
        edit(first, "two", 10);
        redis.hash(String.class).hset(keys.of(room).room(), "keep", "1");
        RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "", "")));
        assertTrue(fields().contains("1v"));
        for (int i = 0; i < 32; i++) {
            RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "", "")));
        }

        assertFalse(fields().contains("1"), "it is trimmed");
        assertFalse(fields().contains("1v"));
        RoomLogTest.assertRefused(ErrorCode.NOT_FOUND, versions.of(ADMIN, room, first));
        bytesAreExact();
    }

    /** An edit that only replaces a text does not make the log larger. One that keeps it does, and so trims the log. */
    @Test
    void theBytesOfVersionsCountForTheSizeOfTheLog() {
        for (int most : List.of(0, 10)) {
            room = new RoomId("versions-" + UUID.randomUUID());
            var message = message();
            edit(message, "x".repeat(400_000), 0);
            redis.hash(String.class)
                    .hset(
                            keys.of(room).room(),
                            "head",
                            "2-7 1 1 " + config.log().maxSize().asLongValue() + " 0 0");

            edit(message, "y".repeat(400_000), most);

            assertEquals(most == 0 ? Set.of("1", "2", "3") : Set.of("2", "3"), fields());
        }
    }

    @Test
    void aSweepRemovesTheVersionsWithTheMessage() {
        var old = message(config.log().maxAge().plusHours(1));
        var fresh = message();
        edit(old, "one", 10);
        edit(fresh, "two", 10);

        sweep();

        assertEquals(Set.of("2", "2v", "3", "4"), fields());
        assertEquals(List.of("xxx"), texts(fresh));
        bytesAreExact();
    }

    /** The field {@code versions} of the room only spares a look. Without it, still nothing stays. */
    @Test
    void nothingStaysWhereTheRoomDoesNotSayThatItHasVersions() {
        var old = message(config.log().maxAge().plusHours(1));
        edit(old, "one", 10);
        redis.hash(String.class).hdel(keys.of(room).room(), "versions");

        sweep();

        assertEquals(Set.of("2"), fields());
    }

    @Test
    void aDeletedRoomKeepsNoVersion() {
        room = RoomLogTest.now(rooms.create(AUTHOR, null, Settings.NONE, null)).id();
        var message = message();
        edit(message, "one", 10);

        RoomLogTest.now(rooms.delete(AUTHOR, room, null));
        sweep();

        assertEquals(1, fields().size());
        assertFalse(stored("xxx"));
        bytesAreExact();
    }
}
