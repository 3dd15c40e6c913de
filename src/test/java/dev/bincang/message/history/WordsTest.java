package dev.bincang.message.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

    private static boolean found(String words, String text) {
        return Words.of(words).areIn(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | Well, HELLO there",
                "hel | hello", // the beginning of a word
                "there hello | hello there", // in any order
                "eclair | Un Éclair",
                "ÉCLAIR | un eclair",
                "e\u0301clair | \u00e9clair", // with a combining accent, and as one character
                "strasse | Straße",
                "STRAßE | strasse",
                "istanbul | İSTANBUL",
                "οδός | ΟΔΟΣ",
                "οδος | οδόσημα",
                "fin | ﬁn",
                "x2 | x²",
                "abc | ａｂｃ",
                "don't | I don’t know",
                "amour | l'amour",
                "bar | foo_bar",
                "3.5 | it is 3.5 percent",
                "100% | now 100% sure",
                "% | 5%",
                "* | a*b",
                ".* | grep .*",
                "\"quoted\" | he said \"quoted\" words",
                "(x | f(x)",
                "\\ | a\\b",
                "🚀 | to the moon🚀!",
                "❤ | I ❤️ it",
                "שלום | אמר שָׁלוֹם לכולם",
                "محمد | قال مُحَمَّد",
                "東京 | 今日は東京です",
                "きょう | ときょうと",
                "カ | ｶﾅ",
                "ไทย | ภาษาไทยง่าย",
                "tower | 東京tower",
                "한국 | 한국어",
                "हिन्दी | मैं हिन्दी बोलता हूँ",
                "http://a.b/c?d=%20 | see http://a.b/c?d=%20!",
            })
    void wordsAreFound(String words, String text) {
        assertTrue(found(words, text), words + " in " + text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ello | hello", // not within a word
                "hello there | hello",
                ".* | anything",
                "h?llo | hello",
                "\"a b\" | a b",
                "% | five",
                "東京 | 京東",
                "か | が", // another letter, not an accent
                "ति | ती", // another vowel
                "国語 | 한국어",
                "ndi | हिन्दी",
            })
    void othersAreNot(String words, String text) {
        assertFalse(found(words, text), words + " in " + text);
    }

    @Test
    void invisibleCharactersMakeNoDifference() {
        assertTrue(found("shalom", "\u200fsha\u00adlom\u200e"));
        assertTrue(found("\u202eshalom", "shalom"));
        assertTrue(found("می\u200cخواهم", "میخواهم"));
    }

    @Test
    void spacesOfEveryKindDivideWords() {
        assertEquals(3, Words.of(" a\u00a0b\n\u3000 c\t").folded().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u3000\n",
                "\u0301",
                "\u200f \u0301\u0302",
                "a b c d e f g h i j k",
                "a\u0000b",
                "a\u0085b",
                "\ud800"
            })
    void aSearchForNothingOrForTooMuchIsRefused(String words) {
        assertEquals(
                ErrorCode.BAD_REQUEST,
                assertThrows(Refusal.class, () -> Words.of(words)).code());
    }

    @Test
    void twoHundredCharactersAreAllowed() {
        Words.of("  " + "🚀".repeat(200) + "  ");
        for (var length : new int[] {201, 10_000}) {
            assertThrows(Refusal.class, () -> Words.of("x".repeat(length)));
        }
    }

    /** Unicode sorts the marks of a letter, in a time that grows with the square of their number. */
    @Test
    void manyMarksTakeNoLongTime() {
        var marks = "a" + "\u0f71\u0f74\u0e38\u0315\u0316".repeat(200_000);

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertTrue(found("a", marks)));
    }
}
