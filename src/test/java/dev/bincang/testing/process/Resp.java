package dev.bincang.testing.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bincang.testing.Waits;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A blocking connection to Redis, with as much of RESP2 as the tests need. Not thread-safe. */
public final class Resp implements Closeable {

    /** An error that Redis answered. */
    public static final class RedisError extends RuntimeException {
        private static final long serialVersionUID = 1;

        RedisError(String message) {
            super(message);
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;

    public Resp(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Waits.LONG_MS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Waits.LONG_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Returns the reply: String, Long, List or null. Throws if Redis answers an error. */
    public Object command(Object... words) {
        return commands(List.<Object[]>of(words)).getFirst();
    }

    /** Sends all commands at once, and returns the replies in order. Reads all of them, then fails with the first error. */
    public List<Object> commands(List<Object[]> commands) {
        var out = new ByteArrayOutputStream();
        commands.forEach(words -> write(out, words));
        try {
            socket.getOutputStream().write(out.toByteArray());
            return replies(commands.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(ByteArrayOutputStream out, Object[] words) {
        out.writeBytes(("*" + words.length + "\r\n").getBytes(UTF_8));
        for (var word : words) {
            var bytes = word.toString().getBytes(UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
            out.writeBytes(bytes);
            out.writeBytes("\r\n".getBytes(UTF_8));
        }
    }

    /** The next reply or pushed message; waits without a limit. */
    public Object next() throws IOException {
        socket.setSoTimeout(0);
        return reply();
    }

    private List<Object> replies(int count) throws IOException {
        var replies = new ArrayList<Object>(count);
        RedisError first = null;
        for (int i = 0; i < count; i++) {
            try {
                replies.add(reply());
            } catch (RedisError e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return replies;
    }

    private Object reply() throws IOException {
        var line = line();
        var rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '-' -> throw new RedisError(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> {
                var size = Integer.parseInt(rest);
                if (size < 0) {
                    yield null;
                }
                yield replies(size);
            }
            default -> throw new IOException("no RESP: " + line);
        };
    }

    private String bulk(int size) throws IOException {
        if (size < 0) {
            return null;
        }
        var bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new IOException("Redis hung up");
        }
        in.skipNBytes(2);
        return new String(bytes, UTF_8);
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new IOException("Redis hung up");
            }
            line.write(b);
        }
        in.skipNBytes(1);
        return line.toString(UTF_8);
    }

    /** The elements of a reply. */
    public static List<?> list(Object reply) {
        return (List<?>) reply;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
