package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.Waits;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A connection that records every frame and when it arrived. It can also send commands. */
public final class Listener implements Closeable {

    /**
     * A frame.
     *
     * @param at milliseconds since 1970; Redis has the same clock
     * @param nanos from {@link System#nanoTime}
     */
    public record Heard(JsonNode frame, long at, long nanos) {

        public String type() {
            return frame.path("type").asText();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How long an answer may take. */
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private final WebSocketWire wire;
    private final List<Heard> heard = new ArrayList<>();
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile int closeCode;
    private volatile long closedNanos;

    private Listener(int port) {
        try {
            wire = new WebSocketWire(port, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::listen);
    }

    /** Connects without a hello. */
    public static Listener stranger(int port) {
        return new Listener(port);
    }

    /** Connects and joins these rooms. */
    public static Listener of(int port, String token, String... rooms) {
        var listener = new Listener(port);
        var welcome = listener.hello(
                token, Stream.of(rooms).collect(Collectors.toMap(room -> room, _ -> "null", (a, _) -> a)));
        var states = welcome.path("rooms").findValuesAsText("state");
        if (!welcome.path("type").asText().equals("welcome") || !states.stream().allMatch("ok"::equals)) {
            listener.close();
            throw new IllegalStateException("not welcome: " + welcome);
        }
        return listener;
    }

    /** Sends hello; the positions of the rooms are JSON. */
    public JsonNode hello(String token, Map<String, String> rooms) {
        var all = rooms.entrySet().stream()
                .map(room -> "\"" + room.getKey() + "\":" + room.getValue())
                .collect(Collectors.joining(","));
        return ask("\"type\":\"hello\",\"token\":\"" + token + "\",\"rooms\":{" + all + "}");
    }

    private void listen() {
        var code = 1006;
        try {
            for (var frame = wire.read(); ; frame = wire.read()) {
                if (frame.opcode() == WebSocketWire.CLOSE) {
                    code = frame.closeCode();
                    break;
                }
                if (frame.opcode() == WebSocketWire.TEXT) {
                    heard(JSON.readTree(frame.payload()));
                }
            }
        } catch (IOException e) {
            // the server hung up
        }
        closedNanos = System.nanoTime();
        closeCode = code;
        asked.values()
                .forEach(answer -> answer.complete(
                        JSON.createObjectNode().put("type", "closed").put("code", closeCode)));
        close();
    }

    private void heard(JsonNode frame) {
        synchronized (heard) {
            heard.add(new Heard(frame, System.currentTimeMillis(), System.nanoTime()));
        }
        var answer = frame.has("req") ? asked.remove(frame.path("req").asLong()) : null;
        if (answer != null) {
            answer.complete(frame);
        }
    }

    /** Sends a command without {@code req}; returns its answer. */
    public JsonNode ask(String fields) {
        var time = Promptness.begin();
        var answer =
                later(fields).orTimeout(Waits.LONG_MS, TimeUnit.MILLISECONDS).join();
        time.assertWithin(PROMPT);
        return answer;
    }

    /**
     * Sends a command without waiting for the answer. If the connection has ended, the answer is a frame of the type
     * {@code closed}.
     */
    public CompletableFuture<JsonNode> later(String fields) {
        var req = numbers.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(req, answer);
        ObjectNode gone = JSON.createObjectNode().put("type", "closed").put("code", closeCode);
        try {
            wire.send("{\"req\":" + req + "," + fields + "}");
        } catch (IOException e) {
            answer.complete(gone);
        }
        if (closeCode != 0) {
            answer.complete(gone);
        }
        return answer;
    }

    /** All frames so far. */
    public List<Heard> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    /** All frames of this type so far. */
    public List<Heard> heard(String type) {
        return heard().stream().filter(one -> one.type().equals(type)).toList();
    }

    /** The pushed events of a room. */
    public List<Heard> events(String room) {
        return heard().stream()
                .filter(one -> one.frame().has("seq") && !one.type().equals("ok"))
                .filter(one -> one.frame().path("room").asText().equals(room))
                .toList();
    }

    /** The code with which the server closed the connection; 1006 if it just hung up; 0 while it is open. */
    public int closeCode() {
        return closeCode;
    }

    /** When the connection ended, from {@link System#nanoTime}. */
    public long closedNanos() {
        return closedNanos;
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
