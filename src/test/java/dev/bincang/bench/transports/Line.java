package dev.bincang.bench.transports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A TCP connection, always to this machine. It counts bytes at the socket. Opening it takes no simulated round trip.
 */
final class Line {
    /** The bytes that the sockets carry: with headers and framing, without those of TCP and IP. */
    static final class Count {
        long in;
        long out;
    }

    /** Receives the bytes of a connection. */
    interface Reader {
        void received(byte[] bytes) throws IOException;

        /** The connection has ended. No more calls follow. */
        void lost(String why);
    }

    private final Net net;
    private final Count count;
    private final Reader reader;
    private final SocketChannel channel;
    private boolean open = true;

    Line(Net net, int port, Count count, Reader reader) {
        this.net = net;
        this.count = count;
        this.reader = reader;
        try {
            channel = SocketChannel.open(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(net.selector, SelectionKey.OP_READ, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(byte[] bytes) {
        net.carry(() -> flush(bytes));
    }

    private void flush(byte[] bytes) {
        if (!open) {
            return;
        }
        try {
            ByteBuffer all = ByteBuffer.wrap(bytes);
            count.out += channel.write(all);
            if (all.hasRemaining()) { // requests are small, and the next one waits for an answer
                lose("the server does not read");
            }
        } catch (IOException e) {
            lose(e.toString());
        }
    }

    void readable() {
        if (!open) {
            return;
        }
        try {
            int read = channel.read(net.in.clear());
            if (read < 0) {
                close();
                net.carry(() -> reader.lost("closed by the server"));
                return;
            }
            count.in += read;
            byte[] bytes = new byte[read];
            net.in.flip().get(bytes);
            net.carry(() -> deliver(bytes));
        } catch (IOException e) {
            lose(e.toString());
        }
    }

    private void deliver(byte[] bytes) {
        try {
            reader.received(bytes);
        } catch (IOException e) {
            lose(e.toString());
        }
    }

    private void lose(String why) {
        if (open) {
            close();
            reader.lost(why);
        }
    }

    void close() {
        open = false;
        try {
            channel.close();
        } catch (IOException _) {
            // it is already closed
        }
    }
}
