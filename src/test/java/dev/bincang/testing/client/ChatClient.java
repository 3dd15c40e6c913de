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
 * A client that does what the protocol asks of one: it keeps its token, moves its position by pushed events and resets
 * only, resumes after every lost connection, sends with keys and tries again until it has an answer. And it writes down
 * everything.
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
     * A client with one message in flight at a time.
     *
     * @param ports asked before every connection for the pod to go to
     */
    public ChatClient(String name, IntSupplier ports) {
        this(name, ports, 1, 0);
    }

    /**
     * A client, not connected yet.
     *
     * @param window messages in flight at once
     * @param receiveBuffer bytes the kernel may read ahead of a slow reader, 0 for its own choice
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

    /** Instead of coming as a new guest. */
    public ChatClient as(String bearer) {
        token = bearer;
        return this;
    }

    /** Begins with these rooms from now on; done when the first welcome has come. */
    public CompletableFuture<Void> start(String... first) {
        for (var room : first) {
            positions.want(room, null);
        }
        Thread.ofVirtual().name(recording.name()).start(this::live);
        return welcome;
    }

    /** Joins on the open connection behind that position, or from now on where it is null. */
    public synchronized CompletableFuture<JsonNode> join(String room, String after) {
        var frame = command("join").put("room", room);
        if (after != null) {
            frame.put("after", after);
        }
        positions.joining(req, room, after);
        return ask(frame);
    }

    /** Joins with the newest events first, of which the oldest is known to follow that position. */
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

    /** Sends until it has an answer; the future fails only where trying again is no use. */
    public CompletableFuture<Sent> send(String room, String text) {
        return outbox.add(room, text);
    }

    /** Any command; it is not tried again. The answer may be an error frame. */
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

    /** Loses the connection without a word; it comes back by itself. */
    public synchronized void drop() {
        try {
            if (wire != null) {
                wire.reset();
            }
        } catch (IOException e) {
            // lost is lost
        }
    }

    /** Loses the connection and stays away until {@link #comeBack}. */
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

    // ---- its thread

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
            // ended without a close frame, or not even begun
        }
        lost(opened, code);
        if (code >= 4000 && code < STAY_AWAY) {
            ending = true;
            welcome.completeExceptionally(new IllegalStateException("sent away with " + code));
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
            default -> {} // pings and signals move nothing
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
            // the reader sees it too, and comes back
        }
    }

    /** What is not acknowledged yet. */
    public List<Sent> unanswered() {
        return outbox.unanswered();
    }
}
