package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void lineFeedAndTabAreAllowedInTexts() {
        assertNull(Text.wrong("one\n\ttwo", 100, true));
        assertEquals("has a control character (U+000A)", Text.wrong("one\ntwo", 100, false));
        assertEquals("has a control character (U+0009)", Text.wrong("one\ttwo", 100, false));
    }

    @Test
    void noOtherControlCharacterIsAllowed() {
        assertEquals("has a control character (U+0000)", Text.wrong("a\u0000", 100, true));
        for (var control : List.of("\u0001", "\u0008", "\r", "\u001b", "\u001f", "\u007f", "\u0080", "\u009f")) {
            assertNotNull(Text.wrong("a" + control + "b", 100, true));
        }
    }

    @Test
    void anUnpairedSurrogateIsRefusedAnywhere() {
        var wrong = List.of(
                "\ud83d", "\ude80", "a\ud83d", "\ud83db", "\ude80\ud83d", "\ud83d\ud83d\ude80", ROCKET + "\ude80");
        for (var text : wrong) {
            assertEquals("has an unpaired surrogate", Text.wrong(text, 100, true));
        }
    }

    @Test
    void ordinaryTextIsAllowed() {
        var right =
                List.of("", " ", "hi", "žluťoučký", "你好", "مرحبا", "👩‍👩‍👧", "e\u0301", "\u202e", "\ufeff", "\uffff");
        for (var text : right) {
            assertNull(Text.wrong(text, 100, true), text);
        }
    }

    @Test
    void aNameHasNoCharacterThatIsInvisibleOrChangesTheDirection() {
        var wrong = List.of(
                "\u00ad",
                "\u034f",
                "\u061c",
                "\u115f",
                "\u180e",
                "\u200b",
                "\u200c",
                "\u200d",
                "\u200e",
                "\u200f",
                "\u2028",
                "\u2029",
                "\u202a",
                "\u202e",
                "\u2060",
                "\u2066",
                "\u2069",
                "\u3164",
                "\ufe0f",
                "\ufeff",
                "\uffa0",
                "\udb40\udc41");
        for (var invisible : wrong) {
            var name = "Ana" + invisible + "B";
            assertEquals(
                    "has an invisible character (U+%04X)".formatted(invisible.codePointAt(0)),
                    Text.wrongName(name),
                    name);
            assertNotNull(Text.wrongName(invisible + "Ana"), name);
        }
    }

    @Test
    void aNameMayHaveTheJoinersOfItsScript() {
        var right = List.of(
                "👩‍👩‍👧",
                "❤️",
                "❤️‍🔥",
                "🏳️‍🌈",
                "1️⃣",
                "می‌خواهم",
                "क्‍ष",
                "葛\udb40\udd00城",
                "مرحبا",
                "שלום",
                "Žofie");
        for (var name : right) {
            assertNull(Text.wrongName(name), name);
        }
    }

    @Test
    void aNameMustBeVisible() {
        for (var name : List.of("", " ", "\u00a0", "\u2003\u3000")) {
            assertEquals("is empty", Text.wrongName(name));
        }
        assertEquals("is longer than 64 code points", Text.wrongName("x".repeat(65)));
    }

    @Test
    void aUserIdMustNotBeADotSegment() {
        for (var id : List.of("", " ", ".", "..", "a\u202eb", "a\u0000", "x".repeat(129))) {
            assertNotNull(User.wrongId(id), id);
        }
        for (var id : List.of("a", "...", ".a", "..a", "a/..", "-", "*?[]\\", "ana@id.example", "x".repeat(128))) {
            assertNull(User.wrongId(id), id);
        }
    }

    @Test
    void aTextThatIsTooLongAndInvalidIsReportedAsInvalid() {
        // A shorter text would not help, so the answer is not "too large".
        assertEquals("has a control character (U+0000)", Text.wrong("aaaa\u0000", 2, true));
    }

    @Test
    void theSizeOfAFrameCountsEscapesAsTheirCharacters() {
        var spelled = "\\ud83d\\ude80"; // a possible spelling in JSON
        assertFalse(Text.exceeds(ROCKET, 4));
        assertTrue(Text.exceeds(ROCKET, 3));
        assertFalse(Text.exceeds(spelled, 4));
        assertTrue(Text.exceeds(spelled, 3));
        assertFalse(Text.exceeds("\\u0061\\u00e9\\u20ac", 6));
        assertTrue(Text.exceeds("\\u0061\\u00e9\\u20ac", 5));
        assertFalse(Text.exceeds("\\\\u0061", 6)); // a backslash and five letters
        assertTrue(Text.exceeds("\\\\u0061", 5));
        for (var broken : List.of("\\", "\\u", "\\u12", "\\uzzzz", "x\\")) {
            assertFalse(Text.exceeds(broken, 6), broken);
        }
    }
}
