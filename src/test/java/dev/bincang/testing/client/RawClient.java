package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.Set;

/** A WebSocket for frames of any kind, with one question and one answer at a time. */
public final class RawClient implements Closeable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ANSWERS = Set.of("ok", "error", "welcome");
    private static final int TIMEOUT_MS = 5_000;

    private final WebSocketWire wire;

    private RawClient(WebSocketWire wire) {
        this.wire = wire;
    }

    /** Connects without a hello. */
    public static RawClient stranger(int port) {
        return stranger(port, "");
    }

    /** Connects with extra header lines in the upgrade, each with its line end. */
    public static RawClient stranger(int port, String headers) {
        try {
            var wire = new WebSocketWire(port, 0, headers);
            wire.timeout(TIMEOUT_MS);
            return new RawClient(wire);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static RawClient guest(int port) {
        var client = stranger(port);
        var welcome = client.ask("{\"type\":\"hello\",\"req\":0,\"guest\":\"Raw\"}");
        if (!welcome.path("type").asText().equals("welcome")) {
            throw new IllegalStateException("not a welcome: " + welcome);
        }
        return client;
    }

    public WebSocketWire wire() {
        return wire;
    }

    public JsonNode ask(String frame) {
        send(frame);
        return answer();
    }

    public void send(String frame) {
        try {
            wire.send(frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next answer. Skips pushed frames. */
    public JsonNode answer() {
        return next(ANSWERS);
    }

    /** The next pushed frame of this type. Skips other frames. */
    public JsonNode pushed(String type) {
        return next(Set.of(type));
    }

    private JsonNode next(Set<String> types) {
        try {
            while (true) {
                var frame = wire.read();
                if (frame.opcode() == WebSocketWire.CLOSE) {
                    throw new IllegalStateException("closed with " + frame.closeCode());
                }
                var json = frame.opcode() == WebSocketWire.TEXT ? JSON.readTree(frame.payload()) : null;
                if (json != null && types.contains(json.path("type").asText())) {
                    return json;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code with which the server closes; 1006 if it just hangs up. Skips frames before. */
    public int closeCode() {
        try {
            var frame = wire.read();
            while (frame.opcode() != WebSocketWire.CLOSE) {
                frame = wire.read();
            }
            return frame.closeCode();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server does not close", e);
        } catch (IOException e) {
            return 1006;
        }
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
