package dev.bincang.testing.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.Waits;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Locale;

/** HTTP/1.1 on a plain socket, so a test controls every byte of a request. */
public final class RawHttp implements Closeable {

    /**
     * An answer.
     *
     * @param headers the whole head, in lower case
     */
    public record Answer(int status, String headers, String body) {

        /** The body as JSON; a missing node if it is not JSON. */
        public JsonNode json() throws IOException {
            return body.startsWith("{") ? JSON.readTree(body) : MissingNode.getInstance();
        }

        public String code() throws IOException {
            return json().path("code").asText();
        }

        /** Asserts that it is a problem document with this status and code. */
        public void refuses(int expected, String code) throws IOException {
            assertEquals(expected, status, this::toString);
            assertTrue(headers.contains("content-type: application/problem+json"), this::toString);
            assertEquals(code, code(), this::toString);
            assertEquals(expected, json().path("status").asInt(), this::toString);
        }
    }

    public static final String HOST = "Host: 127.0.0.1\r\n";

    /** The head of a request for a guest's token, but for the length of its {@link #BODY} and the empty line. */
    public static final String GUEST = "POST /api/guests HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";

    public static final String BODY = "{\"name\":\"Ana\"}";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How long the server may take to answer, or to hang up. */
    private static final Duration PROMPT = Duration.ofSeconds(20);

    private final Socket socket;
    private final InputStream in;

    public RawHttp(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** On a connection that the test has opened: by TLS, or with small buffers. */
    public RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(Waits.LONG_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends one request on a new connection and returns the first answer. */
    public static Answer ask(int port, String request) throws IOException {
        try (var raw = new RawHttp(port)) {
            raw.send(request);
            return raw.answer();
        }
    }

    public void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    }

    /** The next answer. It has a length, or lasts until the end of the connection. */
    public Answer answer() throws IOException {
        var time = Promptness.begin();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("the connection has ended after: " + head);
            }
            head.append((char) next);
        }
        time.assertWithin(PROMPT);
        var status = Integer.parseInt(head.substring(9, 12));
        var headers = head.toString().toLowerCase(Locale.ROOT);
        var length = headers.replaceFirst("(?s).*\r\ncontent-length: *(\\d+)\r\n.*", "$1");
        var body = length.equals(headers)
                ? (status == 204 || status == 101 ? new byte[0] : in.readAllBytes())
                : in.readNBytes(Integer.parseInt(length));
        return new Answer(status, headers, new String(body, UTF_8));
    }

    /** Everything until the server hangs up. */
    public String rest() throws IOException {
        return new String(in.readAllBytes(), UTF_8);
    }

    /** Waits until an answer begins or the server hangs up, and reads no further. */
    public void begun() throws IOException {
        var time = Promptness.begin();
        in.mark(1);
        try {
            if (in.read() >= 0) {
                in.reset();
            }
        } catch (SocketException _) {
            // cut
        }
        time.assertWithin(PROMPT);
    }

    /** Whether the server has hung up without another answer. */
    public boolean ended() throws IOException {
        var time = Promptness.begin();
        var ended = true;
        try {
            ended = in.read() < 0;
        } catch (SocketException _) {
            // the connection was cut
        }
        time.assertWithin(PROMPT);
        return ended;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
