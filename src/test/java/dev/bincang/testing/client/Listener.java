package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A connection that writes down all that comes and when, whatever it is; it can ask meanwhile. */
public final class Listener implements Closeable {

    /**
     * One frame.
     *
     * @param at milliseconds since 1970, by the clock that Redis has here too
     * @param nanos of {@link System#nanoTime}
     */
    public record Heard(JsonNode frame, long at, long nanos) {

        public String type() {
            return frame.path("type").asText();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long TIMEOUT_S = 10;

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

    /** Connected, without a hello. */
    public static Listener stranger(int port) {
        return new Listener(port);
    }

    /** Let in, and in these rooms. */
    public static Listener of(int port, String token, String... rooms) {
        var listener = new Listener(port);
        var welcome = listener.hello(
                token, Stream.of(rooms).collect(Collectors.toMap(room -> room, _ -> "null", (a, _) -> a)));
        var states = welcome.path("rooms").findValuesAsText("state");
        if (!welcome.path("type").asText().equals("welcome") || !states.stream().allMatch("ok"::equals)) {
            listener.close();
            throw new IllegalStateException("not let in: " + welcome);
        }
        return listener;
    }

    /** Says hello; the rooms' positions are JSON. */
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
            // it hangs up
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

    /** The answer to a command, whose fields these are but for {@code req}. */
    public JsonNode ask(String fields) {
        return later(fields).orTimeout(TIMEOUT_S, TimeUnit.SECONDS).join();
    }

    /** The same, without waiting for it. Where the connection is gone, it is a frame of the type {@code closed}. */
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

    /** All that came so far. */
    public List<Heard> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    /** What came of this type. */
    public List<Heard> heard(String type) {
        return heard().stream().filter(one -> one.type().equals(type)).toList();
    }

    /** The events of a room that were pushed. */
    public List<Heard> events(String room) {
        return heard().stream()
                .filter(one -> one.frame().has("seq") && !one.type().equals("ok"))
                .filter(one -> one.frame().path("room").asText().equals(room))
                .toList();
    }

    /** With which the server closed it, 1006 if it just hung up; 0 while it is open. */
    public int closeCode() {
        return closeCode;
    }

    /** When that was, of {@link System#nanoTime}. */
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
