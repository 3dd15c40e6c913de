package dev.bincang.bench.transports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** A member of the room. It receives everything once and in order, and sends when it has its turn. */
abstract sealed class Member permits SocketMember, StreamMember, PollMember {
    static final String ROOM = "bench";
    private static final String MESSAGE = "{\"type\":\"message\"";
    private static final String SEQ = "\"seq\":";
    private static final String TIME = "\"time\":";
    private static final String STAMP = "@@";

    final Chat chat;
    final int number;
    final String token;
    private boolean ready;
    private boolean closed;
    private long lastSeq = -1;

    Member(Chat chat, int number, String token) {
        this.chat = chat;
        this.number = number;
        this.token = token;
    }

    abstract void open();

    /** Sends a command; ASCII. */
    abstract void say(String command);

    abstract void hangUp();

    final void close() {
        closed = true;
        hangUp();
    }

    boolean isClosed() {
        return closed;
    }

    final void ready() {
        if (!ready) {
            ready = true;
            chat.ready++;
        }
    }

    final void lost(String why) {
        if (!closed) {
            chat.trouble("member " + number + ": " + why);
        }
    }

    /** Handles every frame that is not special to one transport. */
    final void frame(String frame) {
        if (frame.startsWith(MESSAGE)) {
            long seq = numberBehind(SEQ, frame);
            if (lastSeq >= 0 && seq != lastSeq + 1) {
                chat.trouble("seq " + seq + " after " + lastSeq + " at member " + number);
            }
            lastSeq = seq;
            chat.delivered(numberBehind(STAMP, frame), numberBehind(TIME, frame));
        } else if (frame.startsWith("{\"type\":\"welcome\"")) {
            if (!frame.contains("\"state\":\"ok\"")) {
                chat.trouble(frame);
            }
            ready();
        } else if (frame.startsWith("{\"type\":\"ok\"")) {
            chat.acknowledged++;
        } else if (!frame.startsWith("{\"type\":\"ping\"") && !frame.startsWith("{\"type\":\"token_expiring\"")) {
            chat.trouble(frame);
        }
    }

    private static long numberBehind(String word, String frame) {
        int from = frame.indexOf(word) + word.length();
        int to = from;
        while (to < frame.length() && Character.isDigit(frame.charAt(to))) {
            to++;
        }
        return Long.parseLong(frame, from, to, 10);
    }

    /** Handles one complete answer. */
    abstract class Whole implements Http.Answer, Line.Reader {
        private final Http http = new Http(this);
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        int headBytes;
        private int status;

        abstract void answered(String body);

        @Override
        public void received(byte[] bytes) throws IOException {
            http.feed(bytes);
        }

        @Override
        public void head(int code, String head) {
            status = code;
            headBytes = head.length() + 2;
            body.reset();
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            body.write(bytes, from, to - from);
        }

        @Override
        public void end() {
            String text = body.toString(ISO_8859_1);
            if (status == 200) {
                answered(text);
            } else {
                Member.this.lost(status + " " + text);
            }
        }

        @Override
        public void lost(String why) {
            Member.this.lost(why);
        }
    }
}
