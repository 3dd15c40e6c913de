package dev.bincang.log;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.log.RoomLog.Draft;
import dev.bincang.log.RoomLog.Stored;
import dev.bincang.message.Content;
import dev.bincang.message.Messages;
import dev.bincang.message.Place;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.room.Actor;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RoomLogTest {

    private static final int PLENTY = 1 << 20;

    private final RoomId room = new RoomId("log-" + UUID.randomUUID());

    @Inject
    Keys keys;

    @Inject
    RoomLog log;

    @Inject
    Messages messages;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void redisIsThere() {
        await().until(links::up);
    }

    // ---- append

    @Test
    void eventsAreNumberedFromOneWithoutHoles() {
        var first = append("one");
        var second = append("two");
        var third = append("three");

        assertEquals(
                List.of(1L, 2L, 3L),
                List.of(first.id().seq(), second.id().seq(), third.id().seq()));
        assertTrue(first.time() <= second.time() && second.time() <= third.time());
        assertFalse(first.duplicate());
    }

    @Test
    void eachEventNamesTheOneItFollows() {
        var ids = List.of(
                Id.ZERO, append("one").id(), append("two").id(), append("three").id());

        var entries = now(log.newest(room, 10, PLENTY));

        assertEquals(ids.subList(1, 4), ids(entries));
        assertEquals(ids.subList(0, 3), entries.stream().map(Entry::prev).toList());
    }

    @Test
    void idSeqAndTimeArePutIntoTheFrame() {
        var stored = append("hi");

        var entry = now(log.newest(room, 1, PLENTY)).getFirst();

        assertEquals("message", entry.kind());
        assertEquals("ana", entry.about());
        assertEquals(
                "{\"type\":\"message\",\"room\":\"%s\",\"id\":\"%s\",\"seq\":1,\"time\":%d,\"n\":1,\"text\":\"hi\"}"
                        .formatted(room, stored.id(), stored.time()),
                new String(entry.json(), StandardCharsets.UTF_8));
    }

    @Test
    void theSameKeyGivesTheFirstResultAgain() {
        var first = append("hi", "key", "hash");
        append("another", "other", "hash");

        var again = append("hi", "key", "hash");

        assertEquals(new Stored(first.id(), first.time(), RoomLog.Outcome.DUPLICATE, ""), again);
        assertEquals(2, now(log.newest(room, 10, PLENTY)).size());
    }

    @Test
    void theSameKeyForSomethingElseIsAConflict() {
        append("hi", "key", "hash");

        assertRefused(ErrorCode.CONFLICT, Drafts.append(log, room, draft("bye", "key", "another hash")));
        assertEquals(1, now(log.newest(room, 10, PLENTY)).size());
    }

    @Test
    void withoutAKeyTheSameAgainIsAnotherEvent() {
        assertNotEquals(append("hi").id(), append("hi").id());
    }

    @Test
    void theSameKeyInAnotherRoomIsAnotherKey() {
        append("hi", "key", "hash");

        var there = now(Drafts.append(log, new RoomId("log-" + UUID.randomUUID()), draft("hi", "key", "hash")));

        assertFalse(there.duplicate());
    }

    @Test
    void keysOfTwoUsersNeverCollide() {
        var users = List.of("a", "ab", "a:", "a|", "a}", "guest:a", "a b", "b");
        var keys = List.of("b", "a", "ab", "_", "-");
        var ids = new ArrayList<Id>();
        for (var user : users) {
            for (var key : keys) {
                var stored = now(messages.send(user(user, "Ana"), room, Content.of("hi"), Place.ROOM, new Key(key)));
                assertFalse(stored.duplicate(), user + " " + key);
                ids.add(stored.id());
            }
        }

        for (var user : users) {
            for (var key : keys) {
                var again = now(messages.send(user(user, "Renamed"), room, Content.of("hi"), Place.ROOM, new Key(key)));
                assertTrue(again.duplicate());
                assertEquals(ids.removeFirst(), again.id());
            }
        }
    }

    @Test
    void aKeySaysTheTextAndWhatItAnswers() {
        var ana = user("ana", "Ana");
        var first = now(messages.send(ana, room, Content.of("hi"), Place.ROOM, new Key("k")))
                .id();

        assertRefused(ErrorCode.CONFLICT, messages.send(ana, room, Content.of("ho"), Place.ROOM, new Key("k")));
        assertRefused(
                ErrorCode.CONFLICT, messages.send(ana, room, Content.of("hi"), Place.replyTo(first), new Key("k")));
    }

    /** What they say is the same text if one writes it one after the other. */
    @Test
    void aKeyOfOneKindOfCommandIsNotAnothers() {
        var ana = user("ana", "Ana");
        var target = now(messages.send(ana, room, Content.of("first"), Place.ROOM, null))
                .id();
        now(messages.send(ana, room, Content.of(target.toString()), Place.ROOM, new Key("k")));
        assertRefused(ErrorCode.CONFLICT, messages.edit(ana, room, target, Content.of("null"), new Key("k")));
        assertRefused(ErrorCode.CONFLICT, messages.delete(ana, room, target, new Key("k")));

        now(messages.edit(ana, room, target, Content.of("second"), new Key("e")));
        assertRefused(ErrorCode.CONFLICT, messages.delete(ana, room, target, new Key("e")));
        assertTrue(now(messages.edit(ana, room, target, Content.of("second"), new Key("e")))
                .duplicate());
    }

    @Test
    void aScriptThatRedisHasForgottenIsGivenAgain() {
        append("one");
        redis.execute("SCRIPT", "FLUSH");

        assertEquals(2, append("two").id().seq());
    }

    // ---- the head

    @Test
    void whereTheHeadIsMissingTheStreamsLastIdCounts() {
        append("one");
        var second = append("two").id();
        redis.hash(String.class).hdel(keys.of(room).room(), "head");

        assertEquals(second, now(log.read(room, Id.ZERO, 10, PLENTY)).head());
        assertEquals(3, append("three").id().seq());
        assertEquals(second, now(log.newest(room, 1, PLENTY)).getFirst().prev());
    }

    @Test
    void anEmptiedStreamStillKnowsItsLastId() {
        append("one");
        append("two");
        redis.execute("XTRIM", keys.of(room).log(), "MAXLEN", "0");
        redis.hash(String.class).hdel(keys.of(room).room(), "head");

        assertEquals(3, append("three").id().seq());
    }

    @Test
    void aLostStreamDoesNotMakeASeqTwice() {
        append("one");
        append("two");
        redis.key().del(keys.of(room).log());

        assertEquals(3, append("three").id().seq());
    }

    @Test
    void theHeadIsTheNewestIdOrZero() {
        var head = append("one").id();

        assertEquals(head, now(log.head(room)));
        assertEquals(Id.ZERO, now(log.head(new RoomId("quiet-" + UUID.randomUUID()))));
    }

    // ---- helpers of these tests

    private Stored append(String text) {
        return append(text, "", "");
    }

    private Stored append(String text, String digest, String hash) {
        return now(Drafts.append(log, room, draft(text, digest, hash)));
    }

    private Draft draft(String text, String digest, String hash) {
        return Drafts.draft(room, text, digest, hash);
    }

    private static Actor user(String id, String name) {
        return Actor.of(new User(id, name), false);
    }

    static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    static void assertRefused(ErrorCode code, Uni<?> uni) {
        assertEquals(code, assertThrows(Refusal.class, () -> now(uni)).code());
    }

    private static List<Id> ids(List<Entry> entries) {
        return entries.stream().map(Entry::id).toList();
    }
}
