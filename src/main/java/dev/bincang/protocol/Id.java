package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The id of an event: {@code <seq>-<tag>}, the id of its Redis stream entry. It is also the event's place in the room's
 * order, and a client's resume position.
 *
 * <p>{@code seq} counts from 1 without gaps. {@code tag} is a random 32-bit number. If a log is rolled back and uses a
 * {@code seq} again, the tag differs from the one that a client remembers.
 *
 * @param seq 0 for {@link #ZERO}, otherwise 1 to 2^53-1
 * @param tag 0 to 2^32-1
 */
@RegisterForReflection
public record Id(long seq, long tag) {

    /** The position before the first event of a room. */
    public static final Id ZERO = new Id(0, 0);

    private static final long MAX_SEQ = (1L << 53) - 1;
    private static final long MAX_TAG = (1L << 32) - 1;

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not {@code <seq>-<tag>} in plain decimal digits
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Id parse(String text) {
        var dash = text.indexOf('-');
        var seq = number(text, 0, dash, MAX_SEQ);
        var tag = number(text, dash + 1, text.length(), MAX_TAG);
        if (dash < 0 || seq < 0 || tag < 0) {
            throw new IllegalArgumentException("a position has the form <seq>-<tag>, for example 121-3133");
        }
        return new Id(seq, tag);
    }

    /** Parses a number. Returns -1 if {@code text[from, to)} is not a number in canonical form up to {@code max}. */
    private static long number(String text, int from, int to, long max) {
        var digits = to - from;
        if (digits < 1 || digits > 16 || (digits > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            var c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= max ? value : -1;
    }

    @JsonValue
    @Override
    public String toString() {
        return seq + "-" + tag;
    }
}
