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

/** Lives on a thread of its own, one connection after the other. What it shares with those that call it, it guards. */
public abstract class SmallClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService lives =
            newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final TreeMap<Integer, JsonNode> outbox = new TreeMap<>(); // by req, hello's is 0; the first is on its way
    private CompletableFuture<WebSocket> socket = new CompletableFuture<>(); // done when it can send
    private Future<?> life = socket;
    private int req;
    private int attempt;
    private long pingMs = 25_000;

    protected abstract Map<String, String> positions(); // by room; null: from now on

    protected abstract URI url(); // any pod's

    protected abstract ObjectNode identity(); // {"token": …}, or {"guest": name} as long as there is none

    protected abstract void show(ObjectNode frame); // keeps what came and shows it; then its position moves

    /** At the start, in the foreground again, on another network: gives up what connection there is. */
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

    /** Returns the key by which the message is known when it is pushed. */
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
        show(JSON.createObjectNode().put("type", "close").put("code", code)); // and stays away
        return null;
    }

    /** Full jitter, up to 1, 2, 4 … 30 s; 42xx up to 0.5 s at first; 41xx not before 4 s. */
    private long backoff(int code) {
        var least = code / 100 == 41 ? 4_000 : code / 100 == 42 ? 0 : 500;
        var most = Math.min(30_000, Math.max(500, 2 * least) << Math.min(attempt++, 6));
        return ThreadLocalRandom.current().nextLong(least, most);
    }

    /** Returns the code it was closed with; 1006 where there was none. */
    private int connection() throws InterruptedException {
        var frames = new LinkedBlockingQueue<String>(); // and the close code behind them
        var ear = new Ear(frames, new StringBuilder());
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
            return 1006; // nobody there; or what came could not be kept, and has to come again
        } finally {
            opening.thenAccept(WebSocket::abort);
        }
    }

    private synchronized void hello(CompletableFuture<WebSocket> opening) {
        socket = opening;
        outbox.put(0, identity().put("type", "hello").put("req", 0).set("rooms", JSON.valueToTree(positions())));
        next();
    }

    /** Does what the fields say. It is kept first, then its position moves; an ok names no room, and moves none. */
    private synchronized void received(ObjectNode frame) {
        var type = frame.path("type").asText();
        var unread = type.equals("error") && !outbox.isEmpty() ? outbox.firstKey() : -1;
        var answered = frame.path("req").asInt(unread); // an error without is to what could not be read
        show(frame.set("command", outbox.get(answered)));
        var positions = positions();
        var moved = frame.path(type.equals("gap") ? "to" : type.equals("reset") ? "from" : "id");
        positions.computeIfPresent(frame.path("room").asText(), (room, at) -> moved.asText(at));
        var rooms = frame.path("rooms"); // of a welcome, whose head is the position where there was none
        positions.replaceAll(
                (room, at) -> at != null ? at : rooms.at("/" + room + "/head").asText(null));
        pingMs = frame.path("pingMs").asLong(pingMs);
        attempt = type.equals("ping") ? 0 : attempt; // it lasts
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
            socket = socket.thenCompose(open -> open.sendText(text, true)); // one after the other, as the JDK wants it
        }
    }

    /** Puts each frame that comes into the queue, and the close code behind them. */
    private record Ear(Queue<String> frames, StringBuilder text) implements WebSocket.Listener {

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
