package dev.bincang.testing.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Everything that one client sent and saw, in order. */
public final class Recording {

    /** Something that arrived, or that the client did. */
    public sealed interface Step {

        /** A new connection. The following steps happen on it. */
        record Opened() implements Step {}

        /**
         * The answer to a join, or a room in {@code welcome}.
         *
         * @param after the given position, or null
         */
        record Entered(String room, String after, String state, String head) implements Step {}

        record Left(String room) implements Step {}

        record Pushed(String room, String id, String author, String text, String key) implements Step {}

        record Gap(String room, long fromSeq, long toSeq) implements Step {}

        record Reset(String room, String from, String head) implements Step {}

        /** An error frame. */
        record Refused(String code, boolean retry) implements Step {}

        /** The end of a connection with its close code; 1006 if there was none. */
        record Closed(int code) implements Step {}
    }

    /** A message of this client. Times are ticks of the recording, so that events can be ordered. */
    public static final class Sent {
        public final String room;
        public final String key;
        public final String text;
        /** How often it was sent. */
        public int attempts;

        public long firstAt;
        /** 0: not acknowledged. */
        public long ackedAt;

        public String id;
        public boolean duplicate;
        /** The code of the last refusal. */
        public String refusal;

        public Sent(String room, String key, String text) {
            this.room = room;
            this.key = key;
            this.text = text;
        }

        public boolean acked() {
            return ackedAt > 0;
        }

        @Override
        public String toString() {
            return "'%s' (key %s, %s after %d attempts)"
                    .formatted(text, key, acked() ? "acked as " + id : "no ack", attempts);
        }
    }

    private final String name;
    private final List<Step> steps = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private long tick;
    private Duration slowestAnswer = Duration.ZERO;

    public Recording(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public synchronized void add(Step step) {
        steps.add(step);
    }

    public synchronized void add(Sent one) {
        sent.add(one);
    }

    public synchronized long tick() {
        return ++tick;
    }

    public synchronized void answeredIn(Duration time) {
        if (time.compareTo(slowestAnswer) > 0) {
            slowestAnswer = time;
        }
    }

    public synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    public synchronized List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** The longest time that a message, once sent, waited for an answer of any kind. */
    public synchronized Duration slowestAnswer() {
        return slowestAnswer;
    }
}
