package dev.bincang.bench.transports;

import java.util.concurrent.TimeUnit;

/** Long poll: asks again as soon as it has an answer. Poll: asks again two seconds later, not all at the same time. */
final class PollMember extends Member {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);
    private static final String FRAME = "{\"type\":";
    private static final String CURSOR = "],\"cursor\":\"";

    private final Posts posts = new Posts(this);
    private Line line;
    private String at = ROOM;
    private boolean asked;

    PollMember(Chat chat, int number, String token) {
        super(chat, number, token);
    }

    @Override
    void open() {
        line = chat.line(chat.down, new Answers());
        ask(0);
    }

    private void ask(int wait) {
        if (!isClosed()) {
            byte[] request = Browser.events(chat.transport, token, at, wait);
            chat.requests++;
            chat.request = request.length;
            line.write(request);
        }
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

    private final class Answers extends Whole {
        Answers() {
            PollMember.this.super();
        }

        @Override
        void answered(String body) {
            chat.answerHead = headBytes;
            int end = body.lastIndexOf(CURSOR);
            int from = body.indexOf(FRAME);
            while (from >= 0 && from < end) { // no text of ours looks like a frame
                int next = body.indexOf(FRAME, from + 1);
                frame(body.substring(from, next < 0 ? end : next - 1));
                from = next;
            }
            at = body.substring(end + CURSOR.length(), body.indexOf('"', end + CURSOR.length()))
                    .replace("@", "%40");
            ready();
            if (chat.transport.patience > 0) {
                ask(chat.transport.patience);
            } else {
                chat.net.after(asked ? INTERVAL : INTERVAL / 100 * (number % 100), () -> ask(0));
                asked = true;
            }
        }
    }
}
