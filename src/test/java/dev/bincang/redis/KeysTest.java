package dev.bincang.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.RoomId;
import dev.bincang.redis.node.Anchor;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeysTest {

    private static final Keys KEYS = new Keys("chat:");
    private static final RoomId ROOM = new RoomId("general");

    private static final List<String> NASTY = List.of(
            "ana",
            "Ana",
            "guest:ana",
            "guest%3Aana",
            "guest%3aana",
            "guest%253Aana",
            "a b",
            "a%20b",
            "a+b",
            "a|b",
            "a}b",
            "{a}b",
            "a{b",
            "%",
            "%%",
            "%2",
            "%25",
            "*",
            "?",
            "[a]",
            "\\",
            "\"",
            "'",
            "/",
            "#",
            "@",
            "<b>",
            "auth0|5f7c8ec7",
            "https://idp.example/u/1",
            "josé",
            "jose\u0301",
            "你好",
            "\ud83d\ude80",
            "Ã©",
            "é",
            "x".repeat(128),
            "\ud83d\ude80".repeat(128),
            "%".repeat(128),
            ":".repeat(128));

    @Test
    void everyKeyBeginsWithThePrefixAndTheKeysOfARoomShareTheirBucket() {
        var room = KEYS.of(ROOM);
        for (var key :
                List.of(room.room(), room.log(), room.bodies(), room.keys(0), room.members(), KEYS.roomsBeside(ROOM))) {
            assertTrue(key.startsWith("chat:{586}:room"), key);
        }
        for (var key : List.of(KEYS.pods(), KEYS.format(), KEYS.sweeper(), KEYS.usersBarred())) {
            assertTrue(key.startsWith("chat:"), key);
        }
        assertEquals(new Anchor("chat:life", "chat:format", "chat:pulse:a"), KEYS.anchor("a"));
        assertEquals(new Anchor("chat:{7}:life", null, "chat:{7}:pulse:a"), KEYS.anchor(7, "a"));
    }

    @Test
    void bucketsAreFromNoughtToAThousandAndTwentyThreeAndAllAreUsed() {
        var buckets = new HashSet<Integer>();
        for (int i = 0; i < 20_000; i++) {
            var key = KEYS.of(new RoomId("room-" + i)).room();
            buckets.add(Integer.valueOf(key.substring("chat:{".length(), key.indexOf('}'))));
        }
        assertEquals(1024, buckets.size());
        assertEquals(1023, Collections.max(buckets));
    }

    @Test
    void theRoomsOfEveryBucketHaveAKey() {
        var all = KEYS.rooms();
        assertEquals(1024, Set.copyOf(all).size());
        assertTrue(all.contains(KEYS.roomsBeside(ROOM)));
    }

    @Test
    void anotherDatabaseHasOtherKeysBecauseDatabasesShareChannels() {
        assertEquals("chat:", Keys.prefix("chat:", null));
        assertEquals("chat:", Keys.prefix("chat:", "redis://redis:6379"));
        assertEquals("chat:", Keys.prefix("chat:", "redis://redis:6379/0"));
        assertEquals("chat:2:", Keys.prefix("chat:", "redis://user:a%2F7@redis:6379/2"));
        assertEquals("chat:3:", Keys.prefix("chat:", "rediss://redis?ssl=true&db=3"));
        assertEquals("chat:4:", Keys.prefix("chat:", "redis://one:26379/4,redis://two:26379/4"));
        assertEquals("chat:", Keys.prefix("chat:", "unix:///run/redis/1"));
    }

    @Test
    void ordinaryIdsStayReadable() {
        assertEquals("Ana.Maria_1-2", Keys.escape("Ana.Maria_1-2"));
        assertEquals("guest%3Aq83v", Keys.escape("guest:q83v"));
        assertEquals("%F0%9F%9A%80", Keys.escape("\ud83d\ude80"));
    }

    @Test
    void noEscapedIdHasASpecialCharacter() {
        for (var id : NASTY) {
            assertTrue(Keys.escape(id).matches("[A-Za-z0-9._%-]+"), () -> id + " → " + Keys.escape(id));
        }
    }

    @Test
    void noTwoIdsCollide() {
        var ids = new HashMap<String, String>();
        for (var id : NASTY) {
            var other = ids.put(Keys.escape(id), id);
            assertEquals(null, other, () -> id + " and " + other + " are both " + Keys.escape(id));
        }
    }

    @Test
    void anEscapedIdCanBeReadBack() {
        var random = new Random(7);
        for (int round = 0; round < 10_000; round++) {
            var id = random.ints(1 + random.nextInt(20), 0x20, 0x2fff)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();

            assertEquals(id, URLDecoder.decode(Keys.escape(id), StandardCharsets.UTF_8));
        }
    }
}
