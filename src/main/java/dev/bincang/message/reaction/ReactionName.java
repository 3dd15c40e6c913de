package dev.bincang.message.reaction;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of a reaction: one emoji, or a word that the application gives a meaning. */
final class ReactionName {

    private static final int BYTES = 64;
    private static final Pattern WORD = Pattern.compile("[a-z0-9_+-]{1,32}");
    /** One extended grapheme cluster (UAX #29). */
    private static final Pattern CLUSTER = Pattern.compile("\\X");

    private static final int KEYCAP = 0x20E3;

    private ReactionName() {}

    /** Tells what is wrong with a name; null if nothing is. */
    static @Nullable String wrong(String name) {
        if (WORD.matcher(name).matches()) {
            return null;
        }
        return name.getBytes(StandardCharsets.UTF_8).length <= BYTES && isEmoji(name)
                ? null
                : "must be one emoji, or 1 to 32 of a-z, 0-9, _, + and -";
    }

    private static boolean isEmoji(String text) {
        return CLUSTER.matcher(text).matches()
                && text.codePoints()
                        .anyMatch(point -> Character.isEmojiPresentation(point)
                                || Character.isExtendedPictographic(point)
                                || point == KEYCAP);
    }
}
