package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {

    private static final String ROCKET = "\ud83d\ude80";

    @Test
    void lengthIsCountedInCodePoints() {
        assertNull(Text.wrong(ROCKET.repeat(5), 5, true));
        assertEquals("is longer than 5 code points", Text.wrong(ROCKET.repeat(6), 5, true));
        assertEquals("is longer than 5 code points", Text.wrong("a".repeat(6), 5, true));
    }

    @Test
    void lineFeedAndTabAreAllowedWhereThereMayBeLines() {
        assertNull(Text.wrong("one\n\ttwo", 100, true));
        assertEquals("has a control character (U+000A)", Text.wrong("one\ntwo", 100, false));
        assertEquals("has a control character (U+0009)", Text.wrong("one\ttwo", 100, false));
    }

    @Test
    void noOtherControlCharacterIs() {
        assertEquals("has a control character (U+0000)", Text.wrong("a\u0000", 100, true));
        for (var control : List.of("\u0001", "\u0008", "\r", "\u001b", "\u001f", "\u007f", "\u0080", "\u009f")) {
            assertNotNull(Text.wrong("a" + control + "b", 100, true));
        }
    }

    @Test
    void halfASurrogatePairIsRefusedWhereverItStands() {
        var wrong = List.of(
                "\ud83d", "\ude80", "a\ud83d", "\ud83db", "\ude80\ud83d", "\ud83d\ud83d\ude80", ROCKET + "\ude80");
        for (var text : wrong) {
            assertEquals("has half a surrogate pair", Text.wrong(text, 100, true));
        }
    }

    @Test
    void whatPeopleWriteIsAllowed() {
        var right =
                List.of("", " ", "hi", "žluťoučký", "你好", "مرحبا", "👩‍👩‍👧", "e\u0301", "\u202e", "\ufeff", "\uffff");
        for (var text : right) {
            assertNull(Text.wrong(text, 100, false), text);
        }
    }

    @Test
    void aTextThatIsBothTooLongAndImpossibleIsImpossible() {
        // Shortening would not help: so the answer is not "too large".
        assertEquals("has a control character (U+0000)", Text.wrong("aaaa\u0000", 2, true));
    }
}
