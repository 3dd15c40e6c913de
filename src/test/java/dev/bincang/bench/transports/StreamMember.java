package dev.bincang.bench.transports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;

/** A member over a stream of lines or of server-sent events. */
final class StreamMember extends Member {
    private static final byte[] NOTHING = {};

    private final Posts posts = new Posts(this);
    private Line line;

    StreamMember(Chat chat, int number, String token) {
        super(chat, number, token);
    }

    @Override
    void open() {
        line = chat.line(chat.down, new Lines());
        chat.requests++;
        line.write(Browser.events(chat.transport, token, ROOM, 0));
    }

    @Override
    void say(String command) {
        posts.say(command);
    }

    @Override
    void hangUp() {
        line.close();
        posts.close();
    }

    private final class Lines implements Http.Answer, Line.Reader {
        private final Http http = new Http(this);
        private byte[] held = NOTHING;

        @Override
        public void received(byte[] bytes) throws IOException {
            http.feed(bytes);
        }

        @Override
        public void head(int status, String head) throws IOException {
            if (status != 200) {
                throw new IOException(head);
            }
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            held = Http.joined(held, Arrays.copyOfRange(bytes, from, to));
            int begin = 0;
            for (int i = 0; i < held.length; i++) {
                if (held[i] == '\n') {
                    line(new String(held, begin, i - begin, ISO_8859_1));
                    begin = i + 1;
                }
            }
            held = begin == held.length ? NOTHING : Arrays.copyOfRange(held, begin, held.length);
        }

        /** Handles a frame, or a line that only carries a position, a reconnect time or a sign of life. */
        private void line(String text) {
            int frame = text.startsWith("data:") ? 5 : 0;
            if (text.startsWith("{", frame)) {
                frame(text.substring(frame));
            }
        }

        @Override
        public void end() throws IOException {
            throw new IOException("the stream ended");
        }

        @Override
        public void lost(String why) {
            StreamMember.this.lost(why);
        }
    }
}
