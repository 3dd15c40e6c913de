package dev.bincang.message.history;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * Brings texts to a form in which those that differ only in case, accents or compatibility forms (UAX 15) are equal. For
 * example, {@code Éclair} and {@code ECLAIR} are, and so are {@code ﬁn} and {@code fin}.
 */
final class Folding {

    /** The writing systems of which all non-spacing marks are optional: accents, and the vowel points of Hebrew and Arabic. */
    private static final Set<UnicodeScript> OPTIONAL_MARKS =
            Set.of(UnicodeScript.INHERITED, UnicodeScript.HEBREW, UnicodeScript.ARABIC, UnicodeScript.SYRIAC);
    /** These two make another letter of a kana. */
    private static final int VOICED = 0x3099;

    private static final int SEMI_VOICED = 0x309A;
    /** The most marks in a row that are kept (UAX 15, stream-safe text). The time to sort marks grows with the square. */
    private static final int MARKS = 30;

    private Folding() {}

    static String fold(String text) {
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text.toUpperCase(Locale.ROOT);
        }
        var decomposed = Normalizer.normalize(bare(text), Normalizer.Form.NFKD);
        // upper case, because lower case has two forms of sigma, and none of the long ß
        return Normalizer.normalize(bare(decomposed).toUpperCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    /** The text without optional marks and invisible characters, and with straight apostrophes. */
    private static String bare(String text) {
        var bare = new StringBuilder(text.length());
        int marks = 0;
        for (int i = 0; i < text.length(); ) {
            var c = text.codePointAt(i);
            i += Character.charCount(c);
            marks = isMark(c) ? marks + 1 : 0;
            if (c == '\u2018' || c == '\u2019') {
                bare.append('\'');
            } else if (marks <= MARKS && !isIgnored(c)) {
                bare.appendCodePoint(c);
            }
        }
        return bare.toString();
    }

    private static boolean isIgnored(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT -> true;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK ->
                c != VOICED && c != SEMI_VOICED && OPTIONAL_MARKS.contains(UnicodeScript.of(c));
            default -> false;
        };
    }

    static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }
}
