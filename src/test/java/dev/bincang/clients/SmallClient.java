package dev.bincang.clients;

import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;

/** Lives on a thread of its own, a connection after the other. What it shares with those that call it, it guards. */
public abstract class SmallClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService lives =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final Map<String, String> positions; // by room; null: from now on
    private final Queue<ObjectNode> outbox = new ArrayDeque<>(); // while greeted, its first is on its way
    private CompletableFuture<WebSocket> sent = new CompletableFuture<>();
    private Future<?> life = sent;
    private boolean greeted;
    private int req;
    private int attempt;
    private long pingMs = 25_000;

    protected SmallClient(Map<String, String> positions) {
        this.positions = positions;
    }

    /** Any pod's. */
    protected abstract URI url();

    /** {"token": …}, or {"guest": name} as long as there is none. */
    protected abstract ObjectNode identity();

    /** Keeps what came and shows it; then its position moves. */
    protected abstract void show(ObjectNode frame);

    /** At the start, in the foreground again, on another network: gives up what connection there is. */
    public synchronized void connect() {
        close();
        life = lives.submit(this::live);
    }

    public synchronized void close() {
        life.cancel(true);
    }

    public synchronized void join(String room, String after) {
        positions.put(room, after);
        if (greeted) {
            say(command("join").put("room", room).put("after", after));
        } else {
            connect(); // hello joins
        }
    }

    /** Returns the key by which the message is known when it is pushed. */
    public synchronized String send(String room, String text) {
        var key = UUID.randomUUID().toString();
        outbox.add(command("send").put("room", room).put("key", key).put("text", text));
        if (outbox.size() == 1) {
            next();
        }
        return key;
    }

    private Void live() throws InterruptedException {
        while (true) {
            var code = connection();
            if (code / 100 == 40) {
                show(command("close").put("code", code));
                return null; // stays away
            }
            Thread.sleep(backoff(code));
        }
    }

    /** Full jitter, up to 1, 2, 4 … 30 s. 42xx: at once, the first time. 41xx: not before 4 s. */
    private synchronized long backoff(int code) {
        attempt++;
        var random = ThreadLocalRandom.current();
        if (code / 100 == 42 && attempt == 1) {
            return random.nextLong(500);
        }
        attempt = code / 100 == 41 ? Math.max(attempt, 4) : attempt;
        var most = Math.min(30_000, 1_000L << Math.min(attempt - 1, 5));
        return random.nextLong(code / 100 == 41 ? most / 2 : 500, most);
    }

    /** Returns the code it was closed with; 1006 where there was none. */
    private int connection() throws InterruptedException {
        var frames = new LinkedBlockingQueue<String>();
        var ear = new Ear(frames, new StringBuilder());
        var opening = http.newWebSocketBuilder().subprotocols("bincang.v1").buildAsync(url(), ear);
        try {
            opening.get(10, SECONDS);
            hello(opening);
            while (true) {
                var text = Objects.requireNonNullElse(frames.poll(2 * pingMs, MILLISECONDS), "1006"); // silence
                if (!text.startsWith("{")) {
                    return Integer.parseInt(text);
                }
                received((ObjectNode) JSON.readTree(text));
            }
        } catch (InterruptedException e) {
            throw e; // by close()
        } catch (Exception e) {
            return 1006; // nobody there; or what came could not be kept, and has to come again
        } finally {
            opening.thenAccept(WebSocket::abort);
        }
    }

    private synchronized void hello(CompletableFuture<WebSocket> opened) {
        sent = opened;
        greeted = false;
        ObjectNode hello = command("hello").setAll(identity());
        hello.set("rooms", JSON.valueToTree(positions));
        say(hello);
    }

    private synchronized void received(ObjectNode frame) {
        var type = frame.path("type").asText();
        var room = frame.path("room").asText();
        if (!Set.of("ok", "error", "ping").contains(type)) {
            show(frame);
        }
        switch (type) {
            case "welcome" -> {
                frame.path("rooms").properties().forEach(each -> entered(each.getKey(), each.getValue()));
                pingMs = frame.path("pingMs").asLong();
                greeted = true;
                next();
            }
            case "ok", "error" -> answered(frame);
            case "ping" -> attempt = 0; // it lasts
            case "gap" -> positions.put(room, frame.path("to").asText());
            case "reset" -> positions.put(room, frame.path("from").asText());
            case "denied" -> positions.remove(room);
            default -> {
                if (frame.has("seq")) {
                    positions.put(room, frame.path("id").asText());
                }
            }
        }
    }

    /** The head is the position where there was none, and only there. */
    private void entered(String room, JsonNode at) {
        if (at.has("head")) {
            positions.putIfAbsent(room, at.path("head").asText());
        } else {
            positions.remove(room); // denied
        }
    }

    private void answered(ObjectNode answer) {
        var first = outbox.isEmpty() ? 0 : outbox.peek().path("req").asInt();
        var toFirst = greeted && first == answer.path("req").asInt(first); // no req: it could not be read
        if (toFirst && answer.path("retry").asBoolean()) {
            var wait = answer.has("retryAfterMs") ? answer.path("retryAfterMs").asLong() : backoff(0);
            delayedExecutor(wait, MILLISECONDS).execute(this::next);
            return;
        }
        if (answer.has("code")) {
            show(toFirst ? answer.set("command", outbox.peek()) : answer);
        }
        if (answer.has("head")) {
            entered(answer.path("room").asText(), answer);
        }
        if (toFirst) {
            outbox.poll();
            next();
        }
    }

    private synchronized void next() {
        if (greeted && !outbox.isEmpty()) {
            say(outbox.peek());
        }
    }

    private void say(ObjectNode command) {
        var text = command.put("req", ++req).toString();
        sent = sent.thenCompose(socket -> socket.sendText(text, true)); // one after the other, as the JDK wants it
    }

    private static ObjectNode command(String type) {
        return JSON.createObjectNode().put("type", type);
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
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            frames.add(Integer.toString(code));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            frames.add("1006");
        }
    }
}
