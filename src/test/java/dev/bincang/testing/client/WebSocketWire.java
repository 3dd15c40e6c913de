package dev.bincang.testing.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bincang.testing.Waits;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A WebSocket (RFC 6455) on a plain blocking socket, so a test controls every byte: what is sent, whether it is
 * well-formed, when it is read, and how the connection ends. One thread reads; several may send.
 */
public final class WebSocketWire implements Closeable {

    /** A received frame. The server must not fragment here. */
    public record Frame(int opcode, byte[] payload) {
        public String text() {
            return new String(payload, UTF_8);
        }

        /** The code of a close frame; 1005 if it has none (RFC 6455 section 7.1.5). */
        public int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }

    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final String PROTOCOL = "Sec-WebSocket-Protocol: ";

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private boolean answersPings = true;

    /**
     * Connects and upgrades.
     *
     * @param receiveBuffer bytes that the kernel may read ahead; 0 for the default
     */
    public WebSocketWire(int port, int receiveBuffer) throws IOException {
        this(port, receiveBuffer, "");
    }

    /**
     * Connects and upgrades.
     *
     * @param headers extra lines of the upgrade request, each with its line end
     */
    public WebSocketWire(int port, int receiveBuffer, String headers) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Waits.LONG_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Waits.LONG_MS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16 * 1024));
        socket.getOutputStream()
                .write(("GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n"
                                + (headers.contains("Host: ") ? "" : "Host: 127.0.0.1:" + port + "\r\n")
                                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                + "Sec-WebSocket-Version: 13\r\n"
                                + (headers.contains(PROTOCOL) ? "" : PROTOCOL + "bincang.v1\r\n")
                                + headers
                                + "\r\n")
                        .getBytes(ISO_8859_1));
        var head = head();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            socket.close();
            throw new IOException("no upgrade: " + head);
        }
        socket.setSoTimeout(0);
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** Sets how long {@link #read} waits before it throws; 0: without a limit. */
    public void timeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Ignores the server's pings from now on. */
    public void answerNoPings() {
        answersPings = false;
    }

    /** The next frame. Answers pings by itself. */
    public Frame read() throws IOException {
        var first = in.readUnsignedByte();
        var second = in.readUnsignedByte();
        if ((first & 0xf0) != 0x80 || (second & 0x80) != 0) {
            throw new IOException("a server's frame begins with %02x %02x".formatted(first, second));
        }
        var length = switch (second) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> second;
        };
        var payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        var frame = new Frame(first & 15, payload);
        if (frame.opcode == PING && answersPings) {
            send(PONG, payload);
        }
        return frame;
    }

    public void send(String text) throws IOException {
        send(TEXT, text.getBytes(UTF_8));
    }

    public void send(int opcode, byte[] payload) throws IOException {
        send(0x80 | opcode, true, payload);
    }

    /**
     * Sends a frame that may be invalid.
     *
     * @param head the first byte: FIN, reserved bits, opcode
     */
    public void send(int head, boolean masked, byte[] payload) throws IOException {
        var frame = ByteBuffer.allocate(payload.length + 14);
        var bit = masked ? 0x80 : 0;
        frame.put((byte) head);
        if (payload.length < 126) {
            frame.put((byte) (bit | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (bit | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (bit | 127)).putLong(payload.length);
        }
        if (masked) {
            var mask = ByteBuffer.allocate(4)
                    .putInt(ThreadLocalRandom.current().nextInt())
                    .array();
            frame.put(mask);
            for (int i = 0; i < payload.length; i++) {
                frame.put((byte) (payload[i] ^ mask[i & 3]));
            }
        } else {
            frame.put(payload);
        }
        write(frame.array(), frame.position());
    }

    /** Writes bytes unchanged. */
    public synchronized void write(byte[] bytes, int length) throws IOException {
        socket.getOutputStream().write(bytes, 0, length);
    }

    /** Ends the connection at once and drops unread bytes, so the other side sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
