package dev.bincang.testing.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.testing.Waits;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Listens to rooms over one of the transports and records what arrives. When a connection ends, it continues at the
 * next pod. It keeps nothing but the positions that it was told.
 */
public final class Ear implements Closeable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(Version.HTTP_1_1).build();
    private static final long AGAIN_MS = 100;
    private static final int STORAGE_AWAY = 4103;

    private final Over over;
    private final List<Integer> ports;
    private final String token;
    private final Map<String, String> positions = new LinkedHashMap<>();
    private final List<JsonNode> heard = new ArrayList<>();
    private final Semaphore mayRead = new Semaphore(1);
    private String cursor;
    private volatile boolean closed;
    private volatile Closeable current = () -> {};
    private volatile String end = "";
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger beats = new AtomicInteger();

    /**
     * Starts to listen.
     *
     * @param rooms for each room the event to start after; empty: start at the newest event
     */
    public Ear(Over over, List<Integer> ports, String token, Map<String, String> rooms) {
        this.over = over;
        this.ports = ports;
        this.token = token;
        positions.putAll(rooms);
        cursor = cursor();
        Thread.startVirtualThread(this::listen);
    }

    /** All frames so far. */
    public List<JsonNode> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    public List<JsonNode> heard(String type) {
        return heard().stream()
                .filter(frame -> frame.path("type").asText().equals(type))
                .toList();
    }

    /** The seqs of a room's events, in the order of arrival. */
    public List<Long> seqs(String room) {
        return heard().stream()
                .filter(frame -> frame.has("seq") && frame.path("room").asText().equals(room))
                .map(frame -> frame.path("seq").asLong())
                .toList();
    }

    /** The number of connections or requests so far. */
    public int connections() {
        return connections.get();
    }

    /** The number of pings and comments so far. */
    public int beats() {
        return beats.get();
    }

    /** The code of the error or close after which the client must not reconnect; empty before. */
    public String end() {
        return end;
    }

    /** Continues at the next pod, at once. */
    public void hop() {
        try {
            current.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops reading until {@link #resume}. What is on its way fills the buffers. */
    public void pause() {
        mayRead.acquireUninterruptibly();
    }

    public void resume() {
        mayRead.release();
    }

    private void listen() {
        while (!closed && end.isEmpty()) {
            try {
                var port = ports.get(connections.getAndIncrement() % ports.size());
                if (over == Over.WEBSOCKET) {
                    socket(port);
                } else {
                    request(port);
                }
            } catch (IOException | IllegalStateException e) {
                pauseFor(AGAIN_MS); // the connection was cut, by the test or because the pod has ended
            }
        }
    }

    private static void pauseFor(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- over a WebSocket

    private void socket(int port) throws IOException {
        try (var wire = new WebSocketWire(port, 0)) {
            wire.timeout(Waits.LONG_MS);
            now(wire);
            var rooms = positions.entrySet().stream()
                    .map(room -> "\"" + room.getKey() + "\":"
                            + (room.getValue().isEmpty() ? "null" : "\"" + room.getValue() + "\""))
                    .collect(Collectors.joining(","));
            wire.send("{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\",\"rooms\":{" + rooms + "}}");
            for (var frame = wire.read(); ; frame = wire.read()) {
                gate();
                if (frame.opcode() == WebSocketWire.CLOSE) {
                    closed(frame.closeCode());
                    return;
                }
                if (frame.opcode() == WebSocketWire.TEXT) {
                    take(JSON.readTree(frame.payload()));
                }
            }
        }
    }

    private void closed(int code) {
        if (code == STORAGE_AWAY) {
            pauseFor(AGAIN_MS);
        } else if (code / 100 != 42) {
            end = Integer.toString(code);
        }
    }

    private void gate() {
        mayRead.acquireUninterruptibly();
        mayRead.release();
    }

    // ---- by requests

    private String cursor() {
        return positions.entrySet().stream()
                .map(room -> room.getKey() + (room.getValue().isEmpty() ? "" : "@" + room.getValue()))
                .collect(Collectors.joining(","));
    }

    private void request(int port) throws IOException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/events?room=" + URLEncoder.encode(cursor, UTF_8)))
                .header("Authorization", "Bearer " + token)
                .header("Accept", over.accept())
                .header("Prefer", over == Over.LONG_POLL ? "wait=10" : "respond-async");
        var asked = HTTP.sendAsync(request.build(), BodyHandlers.ofInputStream());
        now(() -> asked.cancel(true)); // otherwise the poll waits on, and counts as a connection of the pod
        try {
            var answer = asked.get();
            try (var in = answer.body()) {
                now(in);
                if (answer.statusCode() != 200) {
                    refused(JSON.readTree(in));
                } else if (over.polls()) {
                    answer(JSON.readTree(in));
                } else {
                    lines(new BufferedReader(new InputStreamReader(in, UTF_8)));
                }
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sets what {@link #hop} ends. If the client has hopped meanwhile, it ends at once. */
    private void now(Closeable connection) throws IOException {
        current = connection;
        if (closed) {
            connection.close();
        }
    }

    private void refused(JsonNode problem) {
        if (problem.path("retry").asBoolean()) {
            pauseFor(AGAIN_MS);
        } else {
            end = problem.path("code").asText();
        }
    }

    private void answer(JsonNode answer) {
        gate();
        answer.path("frames").forEach(this::take);
        cursor = answer.path("cursor").asText();
        if (over == Over.POLL) {
            pauseFor(AGAIN_MS / 5);
        }
        if (cursor.isEmpty()) {
            end = "denied";
        }
    }

    /**
     * Reads a stream. Server-sent events carry the position in their ids, so the positions of frames are not needed.
     */
    private void lines(BufferedReader in) throws IOException {
        var events = new ServerSentEvents();
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            gate();
            if (over == Over.STREAM) {
                take(JSON.readTree(line));
                cursor = cursor();
            } else if (line.startsWith(":")) {
                beats.incrementAndGet();
            } else {
                var event = events.line(line).orElse(null);
                if (event != null) {
                    take(JSON.readTree(event.data()));
                    cursor = event.id() == null ? cursor : event.id();
                }
            }
            if (!end.isEmpty()) {
                return;
            }
        }
    }

    private void take(JsonNode frame) {
        synchronized (heard) {
            heard.add(frame);
        }
        var room = frame.path("room").asText();
        switch (frame.path("type").asText()) {
            case "gap" -> positions.put(room, frame.path("to").asText());
            case "reset" -> positions.put(room, frame.path("from").asText());
            case "ping" -> beats.incrementAndGet();
            case "denied" -> positions.remove(room);
            case "close" -> closed(frame.path("code").asInt());
            case "welcome" ->
                frame.path("rooms")
                        .properties()
                        .forEach(entry -> positions.computeIfPresent(
                                entry.getKey(),
                                (_, at) -> at.isEmpty()
                                        ? entry.getValue().path("head").asText()
                                        : at));
            default -> {
                if (frame.has("seq")) {
                    positions.put(room, frame.path("id").asText());
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        hop();
    }
}
