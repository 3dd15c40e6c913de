package dev.bincang.bench.transports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** The answers on one connection, one after the other (RFC 9112), in pieces of any size. */
final class Http {
    /** Receives the parts of answers. */
    interface Answer {
        void head(int status, String head) throws IOException;

        /** A part of the body, without the framing of chunks. */
        void body(byte[] bytes, int from, int to) throws IOException;

        void end() throws IOException;
    }

    private enum Part {
        HEAD,
        BODY,
        SIZE,
        CHUNK,
        CHUNK_END,
        LAST,
        /** The bytes of another protocol after an upgrade. */
        UPGRADED
    }

    private static final byte[] NOTHING = {};

    private final Answer answer;
    private Part part = Part.HEAD;
    private byte[] held = NOTHING;
    private int at;
    private long left;

    Http(Answer answer) {
        this.answer = answer;
    }

    void feed(byte[] more) throws IOException {
        held = joined(held, more);
        at = 0;
        while (step()) {
            // each step consumes something
        }
        held = at == held.length ? NOTHING : Arrays.copyOfRange(held, at, held.length);
    }

    static byte[] joined(byte[] held, byte[] more) {
        if (held.length == 0) {
            return more;
        }
        byte[] all = Arrays.copyOf(held, held.length + more.length);
        System.arraycopy(more, 0, all, held.length, more.length);
        return all;
    }

    /** The bytes that came behind the head of an upgrade. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(held, at, held.length);
        at = held.length;
        return rest;
    }

    private boolean step() throws IOException {
        return switch (part) {
            case HEAD -> head();
            case BODY -> some(Part.HEAD);
            case CHUNK -> some(Part.CHUNK_END);
            case SIZE -> {
                int end = find("\r\n");
                if (end >= 0) {
                    left = Long.parseLong(text(end), 16);
                    at = end + 2;
                    part = left == 0 ? Part.LAST : Part.CHUNK;
                }
                yield end >= 0;
            }
            case CHUNK_END -> skip(Part.SIZE);
            case LAST -> {
                boolean whole = skip(Part.HEAD);
                if (whole) {
                    answer.end();
                }
                yield whole;
            }
            case UPGRADED -> false;
        };
    }

    private boolean head() throws IOException {
        int end = find("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        String head = text(end + 2);
        at = end + 4;
        if (!head.startsWith("HTTP/1.1 ")) {
            throw new IOException("no answer: " + head);
        }
        int status = Integer.parseInt(head, 9, 12, 10);
        String lower = head.toLowerCase(Locale.ROOT);
        int length = lower.indexOf("\r\ncontent-length:");
        if (status == 101) {
            part = Part.UPGRADED;
        } else if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            part = Part.SIZE;
        } else if (length >= 0) {
            left = Long.parseLong(
                    head.substring(length + 17, head.indexOf('\r', length + 2)).strip());
            part = Part.BODY;
        } else {
            throw new IOException("an answer without a length: " + head);
        }
        answer.head(status, head);
        if (part == Part.BODY && left == 0) {
            part = Part.HEAD;
            answer.end();
        }
        return true;
    }

    private boolean some(Part then) throws IOException {
        int to = (int) Math.min(held.length, at + left);
        if (to == at) {
            return false;
        }
        int from = at;
        left -= to - from;
        at = to;
        answer.body(held, from, to);
        if (left == 0) {
            part = then;
            if (then == Part.HEAD) {
                answer.end();
            }
        }
        return true;
    }

    private boolean skip(Part then) {
        if (held.length - at < 2) {
            return false;
        }
        at += 2;
        part = then;
        return true;
    }

    private int find(String end) {
        for (int i = at; i <= held.length - end.length(); i++) {
            int same = 0;
            while (same < end.length() && held[i + same] == end.charAt(same)) {
                same++;
            }
            if (same == end.length()) {
                return i;
            }
        }
        return -1;
    }

    private String text(int end) {
        return new String(held, at, end - at, ISO_8859_1);
    }
}
