package dev.bincang.message.history;

import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * The words of a search. A text must have all of them. A word is found where a word of the text begins with it. A word
 * that begins with neither a letter nor a digit, or that has a letter of a script that is written without spaces, is found
 * anywhere.
 */
record Words(List<String> folded) {

    private static final int WORDS = 10;
    private static final int LENGTH = 200;
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

    private static final Set<UnicodeScript> WITHOUT_SPACES = Set.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.BOPOMOFO,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR,
            UnicodeScript.TIBETAN);

    /** Reads what a user typed. Throws {@code bad_request} if it has no words, or too many or too long ones. */
    static Words of(String typed) {
        var text = SPACES.matcher(typed).replaceAll(" ").strip();
        var wrong = Text.wrong(text, LENGTH, true);
        if (wrong != null) {
            throw Refusal.bad("words: " + wrong);
        }
        var folded = SPACES.splitAsStream(text)
                .map(word -> Folding.fold(word).strip())
                .filter(word -> !word.isEmpty())
                .toList();
        if (folded.isEmpty() || folded.size() > WORDS) {
            throw Refusal.bad("words: must be 1 to " + WORDS + " words");
        }
        return new Words(folded);
    }

    boolean areIn(String text) {
        var foldedText = Folding.fold(text);
        return folded.stream().allMatch(word -> isIn(foldedText, word));
    }

    private static boolean isIn(String text, String word) {
        var anywhere = !isLetter(word.codePointAt(0)) || word.codePoints().anyMatch(Words::isWithoutSpaces);
        IntPredicate fits = at -> anywhere || isStart(text, at);
        var at = text.indexOf(word);
        while (at >= 0 && !fits.test(at)) {
            at = text.indexOf(word, at + 1);
        }
        return at >= 0;
    }

    /** Whether a word of the text may begin there. */
    private static boolean isStart(String text, int at) {
        if (at == 0) {
            return true;
        }
        var before = text.codePointBefore(at);
        return !isLetter(before) || isWithoutSpaces(before);
    }

    private static boolean isLetter(int c) {
        return Character.isLetterOrDigit(c) || Folding.isMark(c);
    }

    private static boolean isWithoutSpaces(int c) {
        return WITHOUT_SPACES.contains(UnicodeScript.of(c));
    }
}
