package dev.bincang.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.RoomId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeysTest {

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
    void allKeysOfARoomShareItsHashTag() {
        for (var key : List.of(Keys.head(ROOM), Keys.log(ROOM), Keys.keys(ROOM), Keys.room(ROOM))) {
            assertTrue(key.startsWith("room:{general}"), key);
        }
    }

    @Test
    void noTwoKeysOfARoomAreTheSame() {
        assertEquals("room:{general}:head", Keys.head(ROOM));
        assertEquals("room:{general}:log", Keys.log(ROOM));
        assertEquals("room:{general}:keys", Keys.keys(ROOM));
        assertEquals("room:{general}", Keys.room(ROOM));
    }

    @Test
    void thePatternOfLogsMatchesOnlyLogs() {
        assertEquals(Keys.LOGS, Keys.log(ROOM).replace("general", "*"));
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
