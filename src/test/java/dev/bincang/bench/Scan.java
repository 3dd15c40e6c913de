package dev.bincang.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A cursor over the bytes of a frame. The generator needs only two numbers of each of millions of frames. */
public final class Scan {
    private ByteBuffer in = ByteBuffer.allocate(0);
    private int from;
    private int to;
    private int at;

    void over(ByteBuffer bytes, int start, int end) {
        in = bytes;
        from = start;
        to = end;
        at = start;
    }

    /** Takes one line of a frame. */
    public interface Line {
        void take() throws IOException;
    }

    /** Visits the lines of a frame. Meanwhile this scan sees only that line. */
    public void lines(Line line) throws IOException {
        int end = to;
        for (int start = from, stop; start < end; start = stop + 1) {
            stop = start;
            while (stop < end && in.get(stop) != '\n') {
                stop++;
            }
            over(in, start, stop);
            line.take();
        }
    }

    public void restart() {
        at = from;
    }

    public boolean startsWith(byte[] word) {
        return to - from >= word.length && matches(word, from);
    }

    /** Moves behind the next {@code word}. Stays if there is none. */
    public boolean past(byte[] word) {
        byte first = word[0];
        for (int i = at; i <= to - word.length; i++) {
            if (in.get(i) == first && matches(word, i)) {
                at = i + word.length;
                return true;
            }
        }
        return false;
    }

    private boolean matches(byte[] word, int where) {
        for (int i = 0; i < word.length; i++) {
            if (in.get(where + i) != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads the decimal number here, and skips one more character. Returns -1 if there is none. */
    public long number() {
        int start = at;
        long value = 0;
        for (; at < to && in.get(at) >= '0' && in.get(at) <= '9'; at++) {
            value = value * 10 + in.get(at) - '0';
        }
        return at++ == start ? -1 : value;
    }

    /** The whole frame as text, for rare frames. */
    public String text() {
        return UTF_8.decode(in.duplicate().limit(to).position(from)).toString();
    }
}
