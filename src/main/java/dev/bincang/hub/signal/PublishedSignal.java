package dev.bincang.hub.signal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A signal, as {@code signal.lua} publishes it on a room's channel: <code>~&lt;key> &lt;json></code>.
 *
 * @param key of two signals of a room with the same key, only the newer one matters
 * @param json the bytes that every client gets; all share them, so they never change
 */
public record PublishedSignal(String key, byte[] json) {

    /** The most bytes of a key. */
    public static final int KEY_BYTES = 128;

    /** The most bytes of the JSON. */
    public static final int JSON_BYTES = 2048;

    private static final char MARK = '~';

    /** Whether a payload is a signal. An event begins with a digit. */
    public static boolean is(byte[] payload) {
        return payload.length > 0 && payload[0] == MARK;
    }

    /**
     * Parses a payload.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static PublishedSignal of(byte[] payload) {
        var space = 1;
        while (space < payload.length && payload[space] != ' ') {
            space++;
        }
        var bytes = payload.length - space - 1;
        if (!is(payload) || space == 1 || space > KEY_BYTES + 1 || bytes < 1 || bytes > JSON_BYTES) {
            throw new IllegalArgumentException("not a signal");
        }
        return new PublishedSignal(
                new String(payload, 1, space - 1, StandardCharsets.US_ASCII),
                Arrays.copyOfRange(payload, space + 1, payload.length));
    }
}
