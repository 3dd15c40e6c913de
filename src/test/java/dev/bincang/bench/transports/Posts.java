package dev.bincang.bench.transports;

import java.util.ArrayDeque;
import java.util.Queue;

/** The way up of a member without a WebSocket: one request at a time, on a connection that is kept while it is used. */
final class Posts {
    private final Member member;
    private final Queue<String> waiting = new ArrayDeque<>();
    private Line line;
    private boolean busy;

    Posts(Member member) {
        this.member = member;
    }

    void say(String command) {
        waiting.add(command);
        next();
    }

    private void next() {
        String command = busy ? null : waiting.poll();
        if (command != null) {
            busy = true;
            if (line == null) {
                line = member.chat.line(member.chat.up, new Answers());
            }
            member.chat.requests++;
            line.write(Browser.command(member.token, command));
        }
    }

    void close() {
        if (line != null) {
            line.close();
        }
    }

    private final class Answers extends Member.Whole {
        Answers() {
            member.super();
        }

        @Override
        void answered(String body) {
            busy = false;
            member.frame(body);
            next();
        }

        /** An unused connection is closed after a while. The next command opens another one. */
        @Override
        public void lost(String why) {
            line = null;
            if (busy) {
                super.lost(why);
            }
        }
    }
}
