package dev.bincang.bench.transports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** A member over WebSocket (RFC 6455). */
final class SocketMember extends Member {
    private static final int TEXT = 1;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final byte[] NOTHING = {};

    private Line line;

    SocketMember(Chat chat, int number, String token) {
        super(chat, number, token);
    }

    @Override
    void open() {
        line = chat.line(chat.down, new Frames());
        line.write(Browser.upgrade());
    }

    @Override
    void say(String command) {
        byte[] frame = masked(TEXT, Browser.bytes(command));
        chat.down.out -= frame.length;
        chat.up.out += frame.length;
        line.write(frame);
    }

    @Override
    void hangUp() {
        line.close();
    }

    private static byte[] masked(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        frame.putInt(mask);
        for (int i = 0, shift = 24; i < payload.length; i++, shift = (shift - 8) & 24) {
            frame.put((byte) (payload[i] ^ (mask >>> shift)));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private final class Frames implements Http.Answer, Line.Reader {
        private final Http http = new Http(this);
        private boolean upgraded;
        private byte[] held = NOTHING;

        @Override
        public void received(byte[] bytes) throws IOException {
            byte[] more = bytes;
            if (!upgraded) {
                http.feed(bytes);
                if (!upgraded) {
                    return;
                }
                more = NOTHING;
            }
            held = Http.joined(held, more);
            int at = 0;
            for (int size = frame(at); size > 0; size = frame(at)) {
                at += size;
            }
            held = at == held.length ? NOTHING : Arrays.copyOfRange(held, at, held.length);
        }

        @Override
        public void head(int status, String head) throws IOException {
            if (status != 101) {
                throw new IOException("no upgrade: " + head);
            }
            upgraded = true;
            held = http.rest();
            line.write(masked(
                    TEXT,
                    Browser.bytes("{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\",\"rooms\":{\"" + ROOM
                            + "\":null}}")));
        }

        /** Handles a whole frame and returns its length. Returns 0 if it is incomplete. */
        private int frame(int at) throws IOException {
            if (held.length - at < 2) {
                return 0;
            }
            int length = held[at + 1] & 0x7f;
            int header = length < 126 ? 2 : 4;
            if (held[at + 1] < 0 || length == 127) {
                throw new IOException("a frame that is masked, or larger than any of this benchmark");
            }
            if (held.length - at < header) {
                return 0;
            }
            length = length < 126 ? length : ((held[at + 2] & 0xff) << 8) | (held[at + 3] & 0xff);
            if (held.length - at < header + length) {
                return 0;
            }
            chat.framing = header;
            switch (held[at] & 0x7f) {
                case TEXT -> text(new String(held, at + header, length, ISO_8859_1), header + length);
                case PING -> line.write(masked(PONG, Arrays.copyOfRange(held, at + header, at + header + length)));
                default -> throw new IOException("opcode " + (held[at] & 0x7f));
            }
            return header + length;
        }

        private void text(String text, int size) {
            if (text.startsWith("{\"type\":\"ok\"")) {
                chat.down.in -= size;
                chat.up.in += size;
            }
            SocketMember.this.frame(text);
        }

        @Override
        public void body(byte[] bytes, int from, int to) {}

        @Override
        public void end() {}

        @Override
        public void lost(String why) {
            SocketMember.this.lost(why);
        }
    }
}
