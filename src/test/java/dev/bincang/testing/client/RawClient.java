package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.Waits;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;

/** A WebSocket for frames of any kind, with one question and one answer at a time. */
public final class RawClient implements Closeable {

    public static final String PING = "{\"type\":\"ping\",\"req\":1}";
    /** The form of bytes in tests. */
    public static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ANSWERS = Set.of("ok", "error", "welcome");

    /** How long the server may take to send a frame. */
    private static final Duration PROMPT = Duration.ofSeconds(5);

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
            wire.timeout(Waits.LONG_MS);
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

    /** Frames, each a first byte and a payload in hexadecimal, with a bar between two. */
    public void frames(String frames) throws IOException {
        for (var frame : frames.split("\\|", -1)) {
            var parts = frame.strip().split(" ", 2);
            wire.send(
                    Integer.parseInt(parts[0], 16),
                    true,
                    parts.length < 2 ? new byte[0] : HEX.parseHex(parts[1].strip()));
        }
    }

    /** Bytes as they are, in hexadecimal. */
    public void bytes(String hex) throws IOException {
        wire.write(HEX.parseHex(hex), (hex.length() + 1) / 3);
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
                var frame = read();
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

    private WebSocketWire.Frame read() throws IOException {
        var time = Promptness.begin();
        var frame = wire.read();
        time.assertWithin(PROMPT);
        return frame;
    }

    /** The code with which the server closes; 1006 if it just hangs up. Skips frames before. */
    public int closeCode() {
        try {
            var frame = read();
            while (frame.opcode() != WebSocketWire.CLOSE) {
                frame = read();
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
