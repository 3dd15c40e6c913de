package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.testing.history.Recording;
import dev.bincang.testing.history.Recording.Sent;
import dev.bincang.testing.history.Recording.Step;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;

/**
 * A client that follows the protocol. It keeps its token, moves its position only by pushed events and resets, resumes
 * after every lost connection, sends with keys, and repeats until it has an answer. It records everything.
 */
public final class ChatClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STAY_AWAY = 4100;

    private final Recording recording;
    private final IntSupplier ports;
    private final int receiveBuffer;
    private final Pace pace = new Pace();
    private final Outbox outbox;
    private final Positions positions;
    private final Map<Long, CompletableFuture<JsonNode>> asked = new HashMap<>();
    private final CompletableFuture<Void> welcome = new CompletableFuture<>();
    private String token;
    private WebSocketWire wire;
    private boolean greeted;
    private long req;
    private volatile boolean ending;
    private volatile boolean away;

    /**
     * Makes a client with one message in flight at a time.
     *
     * @param ports gives the port for each connection
     */
    public ChatClient(String name, IntSupplier ports) {
        this(name, ports, 1, 0);
    }

    /**
     * Makes a client that is not connected yet.
     *
     * @param window maximum of messages in flight
     * @param receiveBuffer bytes that the kernel may read ahead of a slow reader; 0 for the default
     */
    public ChatClient(String name, IntSupplier ports, int window, int receiveBuffer) {
        this.ports = ports;
        this.receiveBuffer = receiveBuffer;
        recording = new Recording(name);
        positions = new Positions(recording);
        outbox = new Outbox(recording, window, this::transmit, this);
    }

    public Recording recording() {
        return recording;
    }

    public Pace pace() {
        return pace;
    }

    public String token() {
        return token;
    }

    /** Uses this token. Otherwise the client is a new guest. */
    public ChatClient as(String bearer) {
        token = bearer;
        return this;
    }

    /** Starts in these rooms, at their newest events. Completes at the first welcome. */
    public CompletableFuture<Void> start(String... first) {
        for (var room : first) {
            positions.want(room, null);
        }
        Thread.ofVirtual().name(recording.name()).start(this::live);
        return welcome;
    }

    /** Joins on the open connection, after that position; null: at the newest event. */
    public synchronized CompletableFuture<JsonNode> join(String room, String after) {
        var frame = command("join").put("room", room);
        if (after != null) {
            frame.put("after", after);
        }
        positions.joining(req, room, after);
        return ask(frame);
    }

    /** Joins with the newest events. The oldest of them is known to follow that position. */
    public synchronized CompletableFuture<JsonNode> joinNewest(String room, int newest, String behind) {
        var frame = command("join").put("room", room).put("last", newest);
        positions.joining(req, room, behind);
        return ask(frame);
    }

    public synchronized CompletableFuture<JsonNode> leave(String room) {
        var frame = command("leave").put("room", room);
        positions.leaving(req, room);
        return ask(frame);
    }

    /** Sends until there is an answer. The future fails only if a retry cannot help. */
    public CompletableFuture<Sent> send(String room, String text) {
        return outbox.add(room, text);
    }

    /** Sends any command once. The answer may be an error frame. */
    public synchronized CompletableFuture<JsonNode> ask(ObjectNode command) {
        var answer = new CompletableFuture<JsonNode>();
        asked.put(command.get("req").asLong(), answer);
        write(command);
        return answer;
    }

    public synchronized ObjectNode command(String type) {
        return JSON.createObjectNode().put("type", type).put("req", ++req);
    }

    public synchronized String position(String room) {
        return positions.of(room);
    }

    /** Cuts the connection. The client reconnects by itself. */
    public synchronized void drop() {
        try {
            if (wire != null) {
                wire.reset();
            }
        } catch (IOException e) {
            // it is lost anyway
        }
    }

    /** Cuts the connection and does not reconnect until {@link #comeBack}. */
    public void goAway() {
        away = true;
        drop();
    }

    public void comeBack() {
        away = false;
    }

    @Override
    public void close() {
        ending = true;
        pace.free();
        drop();
    }

    // ---- the client's thread

    private void live() {
        try {
            while (!ending) {
                if (!away) {
                    connection();
                }
                Thread.sleep(ThreadLocalRandom.current().nextLong(20, 100));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connection() throws InterruptedException {
        var code = 1006;
        var opened = false;
        try (var connected = new WebSocketWire(ports.getAsInt(), receiveBuffer)) {
            opened = true;
            hello(connected);
            for (var frame = connected.read(); ; frame = connected.read()) {
                if (frame.opcode() == WebSocketWire.TEXT) {
                    received(JSON.readTree(frame.payload()));
                } else if (frame.opcode() == WebSocketWire.CLOSE) {
                    code = frame.closeCode();
                    break;
                }
                pace.next();
            }
        } catch (IOException e) {
            // the connection ended without a close frame, or did not open
        }
        lost(opened, code);
        if (code >= 4000 && code < STAY_AWAY) {
            ending = true;
            welcome.completeExceptionally(new IllegalStateException("closed with " + code));
        }
    }

    private synchronized void hello(WebSocketWire connected) {
        wire = connected;
        recording.add(new Step.Opened());
        var hello = command("hello");
        if (token == null) {
            hello.put("guest", recording.name());
        } else {
            hello.put("token", token);
        }
        var rooms = hello.putObject("rooms");
        positions.forEach(rooms::put);
        write(hello);
    }

    private synchronized void lost(boolean opened, int code) {
        wire = null;
        greeted = false;
        if (opened && !ending) {
            recording.add(new Step.Closed(code));
        }
        positions.lost();
        asked.values().forEach(answer -> answer.completeExceptionally(new IOException("connection lost")));
        asked.clear();
        outbox.lost();
    }

    private synchronized void received(JsonNode frame) {
        var room = frame.path("room").asText();
        switch (frame.path("type").asText()) {
            case "welcome" -> welcome(frame);
            case "message" -> positions.message(room, frame);
            case "gap" -> positions.gap(room, frame);
            case "reset" -> positions.reset(room, frame);
            case "ok", "error" -> answered(frame);
            default -> {} // pings and signals move no position
        }
    }

    private void welcome(JsonNode frame) {
        if (frame.hasNonNull("token")) {
            token = frame.path("token").asText();
        }
        positions.welcome(frame.path("rooms"));
        greeted = true;
        outbox.open();
        welcome.complete(null);
    }

    private void answered(JsonNode frame) {
        var ok = frame.path("type").asText().equals("ok");
        var number = frame.path("req").asLong(-1);
        if (!ok) {
            recording.add(new Step.Refused(
                    frame.path("code").asText(), frame.path("retry").asBoolean()));
        }
        positions.answered(number, ok, frame);
        var answer = asked.remove(number);
        if (answer != null) {
            answer.complete(frame);
        } else {
            outbox.answered(number, frame);
        }
    }

    private synchronized long transmit(Sent message) {
        if (!greeted) {
            return -1;
        }
        write(command("send").put("room", message.room).put("key", message.key).put("text", message.text));
        return req;
    }

    private void write(ObjectNode frame) {
        try {
            if (wire != null) {
                wire.send(JSON.writeValueAsString(frame));
            }
        } catch (IOException e) {
            // the reader notices this too, and reconnects
        }
    }

    /** The messages without an acknowledgement. */
    public List<Sent> unanswered() {
        return outbox.unanswered();
    }
}
