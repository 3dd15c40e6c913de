package dev.bincang.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What may stand in texts and names. */
public final class Text {

    private Text() {}

    /** Whether a text takes more than so many bytes of UTF-8. */
    public static boolean exceeds(String text, long bytes) {
        return text.length() > bytes
                || (text.length() > bytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > bytes);
    }

    /**
     * What is wrong with a text, or null: too long in Unicode code points, a control character (but line feed and tab
     * where there may be several lines) or a surrogate without its other half.
     */
    public static @Nullable String wrong(String text, int maxLength, boolean lines) {
        int length = 0;
        for (int i = 0; i < text.length(); length++) {
            var c = text.codePointAt(i);
            if (Character.isISOControl(c) && !(lines && (c == '\n' || c == '\t'))) {
                return "has a control character (U+%04X)".formatted(c);
            }
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                return "has half a surrogate pair";
            }
            i += Character.charCount(c);
        }
        return length > maxLength ? "is longer than " + maxLength + " code points" : null;
    }
}
