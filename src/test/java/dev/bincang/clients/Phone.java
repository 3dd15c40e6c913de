package dev.bincang.clients;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** A small client in an app with one room. It keeps its token and records everything that it is shown. */
final class Phone extends SmallClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String room;
    private final Map<String, String> positions = Collections.synchronizedMap(new HashMap<>());
    private final List<ObjectNode> shown = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile IntSupplier port;
    private volatile String token = "";

    /** Makes a client that is not connected yet. */
    Phone(String room, String position, IntSupplier port) {
        this.room = room;
        this.port = port;
        positions.put(room, position);
    }

    /** Changes the pod for the next connection. */
    void goTo(IntSupplier other) {
        port = other;
    }

    void token(String other) {
        token = other;
    }

    void send(List<String> texts) {
        texts.forEach(text -> send(room, text));
    }

    String position() {
        return positions.get(room);
    }

    /** The number of connection attempts. */
    int connections() {
        return connections.get();
    }

    List<ObjectNode> shown(String type) {
        return shown.stream()
                .filter(frame -> frame.path("type").asText().equals(type))
                .toList();
    }

    List<String> texts() {
        return shown("message").stream()
                .map(frame -> frame.path("text").asText())
                .toList();
    }

    List<Long> seqs() {
        return shown("message").stream()
                .map(frame -> frame.path("seq").asLong())
                .toList();
    }

    @Override
    protected Map<String, String> positions() {
        return positions;
    }

    @Override
    protected URI url() {
        connections.incrementAndGet();
        return URI.create("ws://127.0.0.1:" + port.getAsInt() + "/ws");
    }

    @Override
    protected ObjectNode identity() {
        var identity = JSON.createObjectNode();
        return token.isEmpty() ? identity.put("guest", "Ana") : identity.put("token", token);
    }

    @Override
    protected void show(ObjectNode frame) {
        shown.add(frame);
        token = frame.path("token").asText(token);
    }
}
