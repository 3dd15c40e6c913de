package dev.bincang.protocol;

import java.lang.Character.UnicodeScript;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks which characters texts and names may contain. */
public final class Text {

    private static final int NAME_LENGTH = 64;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int ENCLOSING_KEYCAP = 0x20E3;
    /** The code points of Unicode's Default_Ignorable_Code_Point that are letters or marks. */
    private static final Set<Integer> FILLERS =
            Set.of(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0);

    private static final Set<UnicodeScript> WITHOUT_JOINERS =
            Set.of(UnicodeScript.LATIN, UnicodeScript.GREEK, UnicodeScript.CYRILLIC);

    private Text() {}

    /**
     * Decodes a text from its bytes.
     *
     * @throws Refusal {@code bad_request} if they are not UTF-8 (RFC 3629)
     */
    public static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder() // reports bad bytes, which String would replace
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw Refusal.bad("not UTF-8");
        }
    }

    /**
     * Whether a frame is longer than a number of bytes of UTF-8. A JSON escape counts as the character that it stands
     * for.
     */
    public static boolean exceeds(String json, long bytes) {
        return json.length() > bytes / 3 && size(json) > bytes;
    }

    private static long size(String json) {
        long size = 0;
        for (int i = 0; i < json.length(); ) {
            var c = json.charAt(i);
            if (c == '\\' && json.startsWith("u", i + 1)) {
                c = escaped(json, i + 2);
                i += 6;
            } else if (c == '\\') {
                c = ' ';
                i += 2;
            } else {
                i++;
            }
            size += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return size;
    }

    /**
     * The character of a JSON escape. For a malformed escape it returns a control character, because that is as small
     * as a character without an escape can be, and the parser refuses the text later.
     */
    private static char escaped(String json, int digits) {
        try {
            return (char) HexFormat.fromHexDigits(json, digits, digits + 4);
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            return 0;
        }
    }

    /**
     * Tells what is wrong with a text; null if nothing is. Wrong are a text that is too long in Unicode code points, a
     * control character, and a surrogate without its other half. If the text may have several lines, line feed and tab
     * are allowed. If it is one line, such as a name, invisible characters and characters that change the text
     * direction are wrong too.
     */
    public static @Nullable String wrong(String text, int maxLength, boolean lines) {
        int length = 0;
        for (int i = 0; i < text.length(); length++) {
            var c = text.codePointAt(i);
            if (Character.isISOControl(c) && !(lines && (c == '\n' || c == '\t'))) {
                return "has a control character (U+%04X)".formatted(c);
            }
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                return "has an unpaired surrogate";
            }
            if (!lines && isInvisible(c) && !isJoined(text, i, c)) {
                return "has an invisible character (U+%04X)".formatted(c);
            }
            i += Character.charCount(c);
        }
        return length > maxLength ? "is longer than " + maxLength + " code points" : null;
    }

    /**
     * Tells why a text cannot be a user's name; null if it can. It checks as {@link #wrong} does, with at most 64 code
     * points, and refuses a name without a visible character.
     */
    public static @Nullable String wrongName(String name) {
        return name.codePoints().allMatch(Character::isSpaceChar) ? "is empty" : wrong(name, NAME_LENGTH, false);
    }

    /**
     * Whether a code point is invisible: a format character (Cf, which includes those that change the text direction),
     * a line or paragraph separator, a filler, or a glyph selector.
     */
    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> FILLERS.contains(c) || isVariationSelector(c);
        };
    }

    private static boolean isVariationSelector(int c) {
        return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
    }

    /**
     * Whether the character is a joiner, a non-joiner or a variation selector directly after a character of a writing
     * system or an emoji that needs it.
     */
    private static boolean isJoined(String text, int at, int c) {
        if (at == 0 || !(c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER || isVariationSelector(c))) {
            return false;
        }
        var before = text.codePointBefore(at);
        if (before < 0x80) { // a keycap emoji: 1, selector, keycap
            var next = at + Character.charCount(c);
            return isVariationSelector(c) && next < text.length() && text.codePointAt(next) == ENCLOSING_KEYCAP;
        }
        return !WITHOUT_JOINERS.contains(UnicodeScript.of(before))
                && !Character.isSpaceChar(before)
                && (!isInvisible(before) || (c == ZERO_WIDTH_JOINER && isVariationSelector(before)));
    }
}
