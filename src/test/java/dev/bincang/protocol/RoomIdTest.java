package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoomIdTest {

    @Test
    void aRoomIdHasLettersDigitsDotsUnderscoresAndDashes() {
        for (var text : List.of("a", "0", "general", "team-1.chat_room", "a".repeat(64), "9-", "a..")) {
            assertEquals(text, new RoomId(text).toString());
        }
    }

    @Test
    void aRoomIdBeginsWithALetterOrDigit() {
        for (var text : List.of(".a", "-a", "_a")) {
            assertThrows(IllegalArgumentException.class, () -> new RoomId(text), text);
        }
    }

    @Test
    void aRoomIdHasNoCharacterThatIsSpecialInRedisOrAUrl() {
        var wrong = List.of(
                "",
                "General",
                "a b",
                "a:b",
                "{a}",
                "a}",
                "a*",
                "a?",
                "[a]",
                "a/b",
                "a%20",
                "a\u0000",
                "a\n",
                "\na",
                "ä",
                "ı",
                "K",
                "@",
                "@a b",
                "@a:b",
                "@ä",
                "a".repeat(65));
        for (var text : wrong) {
            assertThrows(IllegalArgumentException.class, () -> new RoomId(text), text);
        }
    }
}
