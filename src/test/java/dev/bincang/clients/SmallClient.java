package dev.bincang.clients;

import static java.util.Objects.requireNonNullElse;
import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static java.util.concurrent.Executors.newSingleThreadExecutor;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;

/** Runs on its own thread, one connection after the other. What it shares with callers is synchronized. */
public abstract class SmallClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService lives =
            newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final TreeMap<Integer, JsonNode> outbox = new TreeMap<>(); // by req, 0 for hello; the first is in flight
    private CompletableFuture<WebSocket> socket = new CompletableFuture<>(); // completes when it can send
    private Future<?> life = socket;
    private int req;
    private int attempt;
    private long pingMs = 25_000;

    protected abstract Map<String, String> positions(); // by room; null: start at the newest event

    protected abstract URI url(); // of any pod

    protected abstract ObjectNode identity(); // {"token": …}, or {"guest": name} until there is a token

    protected abstract void show(ObjectNode frame); // stores and shows the frame; after that its position moves

    /** Call it at the start, when back in the foreground, and on another network. Abandons the old connection. */
    public synchronized void connect() {
        close();
        life = lives.submit(this::live);
    }

    public synchronized void close() {
        life.cancel(true);
    }

    public synchronized void join(String room, String after) {
        positions().put(room, after);
        connect();
    }

    /** Returns the message's key. The pushed message has the same key. */
    public synchronized String send(String room, String text) {
        var key = UUID.randomUUID().toString();
        outbox.put(++req, JSON.valueToTree(Map.of("type", "send", "req", req, "room", room, "key", key, "text", text)));
        if (outbox.size() == 1) {
            next();
        }
        return key;
    }

    private Void live() throws InterruptedException {
        int code;
        while ((code = connection()) / 100 != 40) {
            Thread.sleep(backoff(code));
        }
        show(JSON.createObjectNode().put("type", "close").put("code", code)); // no reconnect
        return null;
    }

    /** Full jitter, at most 1, 2, 4 … 30 s. After 42xx at most 0.5 s the first time. After 41xx at least 4 s. */
    private long backoff(int code) {
        var least = code / 100 == 41 ? 4_000 : code / 100 == 42 ? 0 : 500;
        var most = Math.min(30_000, Math.max(500, 2 * least) << Math.min(attempt++, 6));
        return ThreadLocalRandom.current().nextLong(least, most);
    }

    /** Returns the close code; 1006 if there was none. */
    private int connection() throws InterruptedException {
        var frames = new LinkedBlockingQueue<String>(); // and then the close code
        var ear = new Receiver(frames, new StringBuilder());
        var opening = http.newWebSocketBuilder().subprotocols("bincang.v1").buildAsync(url(), ear);
        try {
            opening.get(10, SECONDS);
            hello(opening);
            while (true) {
                var text = requireNonNullElse(frames.poll(2 * pingMs, MILLISECONDS), "1006"); // silence
                if (!text.startsWith("{")) {
                    return Integer.parseInt(text);
                }
                received((ObjectNode) JSON.readTree(text));
            }
        } catch (ExecutionException | TimeoutException | JsonProcessingException | RuntimeException e) {
            return 1006; // no server, or a frame could not be stored and must come again
        } finally {
            opening.thenAccept(WebSocket::abort);
        }
    }

    private synchronized void hello(CompletableFuture<WebSocket> opening) {
        socket = opening;
        outbox.put(0, identity().put("type", "hello").put("req", 0).set("rooms", JSON.valueToTree(positions())));
        next();
    }

    /** Handles the fields of a frame. Stores it, then moves its position. An ok has no room, so it moves none. */
    private synchronized void received(ObjectNode frame) {
        var type = frame.path("type").asText();
        var unread = type.equals("error") && !outbox.isEmpty() ? outbox.firstKey() : -1;
        var answered = frame.path("req").asInt(unread); // an error without req refuses the first command
        show(frame.set("command", outbox.get(answered)));
        var positions = positions();
        var moved = frame.path(type.equals("gap") ? "to" : type.equals("reset") ? "from" : "id");
        positions.computeIfPresent(frame.path("room").asText(), (room, at) -> moved.asText(at));
        var rooms = frame.path("rooms"); // a welcome's head is the position if there was none
        positions.replaceAll(
                (room, at) -> at != null ? at : rooms.at("/" + room + "/head").asText(null));
        pingMs = frame.path("pingMs").asLong(pingMs);
        attempt = type.equals("ping") ? 0 : attempt; // the connection has lasted
        if (frame.path("retry").asBoolean()) {
            var wait = frame.has("retryAfterMs") ? frame.path("retryAfterMs").asLong() : backoff(0);
            delayedExecutor(wait, MILLISECONDS).execute(this::next);
        } else if ((answered > 0 || type.equals("welcome")) && outbox.remove(answered) != null) {
            next();
        }
    }

    private synchronized void next() {
        if (!outbox.isEmpty()) {
            var text = outbox.firstEntry().getValue().toString();
            socket = socket.thenCompose(open -> open.sendText(text, true)); // one at a time, as the JDK requires
        }
    }

    /** Puts each received frame into the queue, and the close code after them. */
    private record Receiver(Queue<String> frames, StringBuilder text) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                frames.add(text.toString());
                text.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, part, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            frames.add("" + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            frames.add("1006");
        }
    }
}
