package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.history.Recording;
import dev.bincang.testing.history.Recording.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * A client's unanswered messages. Each is sent with its key until it has an answer, in order, a limited number at once.
 */
final class Outbox {

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private record Waiting(long number, Sent sent, CompletableFuture<Sent> done) {}

    private record Flying(Waiting what, long since) {}

    private final Recording recording;
    private final int window;
    private final ToLongFunction<Sent> transmit;
    private final Object lock;

    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::number));
    private final Map<Long, Flying> flying = new HashMap<>();
    private long count;
    private boolean open;
    private boolean pausing;

    /**
     * Makes an empty outbox.
     *
     * @param transmit sends a message and returns its {@code req}; -1 if it cannot
     * @param lock the client's lock, because outbox and client call each other
     */
    Outbox(Recording recording, int window, ToLongFunction<Sent> transmit, Object lock) {
        this.lock = lock;
        this.recording = recording;
        this.window = window;
        this.transmit = transmit;
    }

    CompletableFuture<Sent> add(String room, String text) {
        synchronized (lock) {
            count++;
            var sent = new Sent(room, "k" + count, text);
            recording.add(sent);
            var done = new CompletableFuture<Sent>();
            waiting.add(new Waiting(count, sent, done));
            pump();
            return done;
        }
    }

    void open() {
        synchronized (lock) {
            open = true;
            pausing = false;
            pump();
        }
    }

    /** The connection has ended: messages in flight are sent again on the next one. The key makes that safe. */
    void lost() {
        synchronized (lock) {
            open = false;
            flying.values().forEach(one -> waiting.add(one.what));
            flying.clear();
        }
    }

    private void pump() {
        while (open && !pausing && flying.size() < window && !waiting.isEmpty()) {
            var next = waiting.peek();
            next.sent.firstAt = next.sent.firstAt == 0 ? recording.tick() : next.sent.firstAt;
            var req = transmit.applyAsLong(next.sent);
            if (req < 0) {
                return;
            }
            next.sent.attempts++;
            flying.put(req, new Flying(waiting.poll(), System.nanoTime()));
        }
    }

    void answered(long req, JsonNode frame) {
        synchronized (lock) {
            var one = flying.remove(req);
            if (one == null) {
                return;
            }
            recording.answeredIn(Duration.ofNanos(System.nanoTime() - one.since));
            var sent = one.what.sent;
            if (frame.path("type").asText().equals("ok")) {
                sent.id = frame.path("id").asText();
                sent.duplicate = frame.path("duplicate").asBoolean();
                sent.ackedAt = recording.tick();
                one.what.done.complete(sent);
                pump();
                return;
            }
            sent.refusal = frame.path("code").asText();
            if (frame.path("retry").asBoolean()) {
                waiting.add(one.what);
                pause(Math.min(frame.path("retryAfterMs").asLong(100), LONGEST_PAUSE.toMillis()));
            } else {
                one.what.done.completeExceptionally(new IllegalStateException(sent.refusal + " for " + sent));
                pump();
            }
        }
    }

    private void pause(long millis) {
        pausing = true;
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(this::resume);
    }

    private void resume() {
        synchronized (lock) {
            pausing = false;
            pump();
        }
    }

    List<Sent> unanswered() {
        synchronized (lock) {
            var all = new ArrayList<Sent>();
            waiting.forEach(one -> all.add(one.sent));
            flying.values().forEach(one -> all.add(one.what.sent));
            return all;
        }
    }
}
