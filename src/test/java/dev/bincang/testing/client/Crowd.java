package dev.bincang.testing.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Thousands of connections, on one thread. Each writes the same bytes and then only reads. */
public final class Crowd implements Closeable {

    private static final int OPENING_AT_ONCE = 100;
    private static final int CODES = 5_000;

    private final InetSocketAddress server;
    private final Selector selector;
    private final byte[] says;
    private final int wanted;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger upgraded = new AtomicInteger();
    private final AtomicIntegerArray closed = new AtomicIntegerArray(CODES);
    private final ByteBuffer read = ByteBuffer.allocate(4_096);
    private volatile boolean ended;
    private int opening;

    /**
     * Starts to connect.
     *
     * @param says the bytes that each connection writes
     */
    public Crowd(int port, int connections, String says) throws IOException {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        selector = Selector.open();
        wanted = connections;
        this.says = says.getBytes(ISO_8859_1);
        Thread.ofPlatform().daemon().start(this::run);
    }

    /** The number of connections that are open and have written their bytes. */
    public int opened() {
        return opened.get();
    }

    /** The number of connections that were answered with 101. */
    public int upgraded() {
        return upgraded.get();
    }

    /** The number of connections that were closed with this WebSocket close code; 1006 if the server just hung up. */
    public int closed(int code) {
        return closed.get(code);
    }

    private void run() {
        try {
            while (!ended) {
                while (opening < OPENING_AT_ONCE && channels.size() < wanted) {
                    open();
                }
                selector.select(100);
                for (var key : selector.selectedKeys()) {
                    handle(key);
                }
                selector.selectedKeys().clear();
            }
            for (var channel : channels) {
                channel.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open() throws IOException {
        var channel = SocketChannel.open();
        channels.add(channel);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_CONNECT);
        channel.connect(server);
        opening++;
    }

    private void handle(SelectionKey key) throws IOException {
        var channel = (SocketChannel) key.channel();
        if (key.isConnectable()) {
            channel.finishConnect();
            if (channel.write(ByteBuffer.wrap(says)) != says.length) {
                throw new IOException("a fresh socket takes no " + says.length + " bytes");
            }
            key.interestOps(SelectionKey.OP_READ);
            opening--;
            opened.incrementAndGet();
            return;
        }
        try {
            if (channel.read(read.clear()) < 0) {
                gone(channel, 1006);
                return;
            }
        } catch (IOException e) {
            gone(channel, 1006); // a reset also ends a connection
            return;
        }
        heard(channel, read.flip());
    }

    /** Reads the server's frames. They are small and each is written at once, so none is ever split here. */
    private void heard(SocketChannel channel, ByteBuffer bytes) throws IOException {
        if (bytes.get(0) == 'H') {
            var head = ISO_8859_1.decode(bytes.duplicate()).toString();
            if (head.startsWith("HTTP/1.1 101 ")) {
                upgraded.incrementAndGet();
            }
            bytes.position(Math.min(bytes.limit(), head.indexOf("\r\n\r\n") + 4));
        }
        while (bytes.remaining() >= 2) {
            var opcode = bytes.get() & 0x0f;
            var length = bytes.get() & 0x7f;
            if (opcode == WebSocketWire.CLOSE) {
                gone(channel, bytes.getShort() & 0xffff);
                return;
            }
            bytes.position(Math.min(bytes.limit(), bytes.position() + length));
        }
    }

    private void gone(SocketChannel channel, int code) throws IOException {
        closed.incrementAndGet(code);
        channel.close();
    }

    @Override
    public void close() {
        ended = true;
        selector.wakeup();
    }
}
