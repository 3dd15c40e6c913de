package dev.bincang.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * RFC 6455 framing on one non-blocking socket, for both ends of the benchmark. Whole frames are parsed in a buffer that
 * all sockets share. A connection has memory of its own only for an incomplete frame or a slow peer.
 */
final class Wire {
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int MOST_FRAME = 1 << 17;
    private static final int MOST_BACKLOG = 4 << 20;
    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final SelectionKey key;
    private byte[] held = NOTHING;
    private byte[] backlog = NOTHING;
    private int lagging;

    /** Receives each frame, with its payload unmasked in {@code in}. The opcode of a fragment is none of these. */
    interface Frames {
        void frame(int opcode, ByteBuffer in, int from, int to) throws IOException;
    }

    Wire(SocketChannel channel, SelectionKey key) {
        this.channel = channel;
        this.key = key;
    }

    /** A buffer large enough for an incomplete frame and one more read. */
    static ByteBuffer sharedBuffer() {
        return ByteBuffer.allocateDirect(1 << 20);
    }

    /** Reads new bytes behind the held ones. Returns false if the peer has closed. */
    boolean fill(ByteBuffer in) throws IOException {
        in.clear().put(held);
        held = NOTHING;
        boolean open = channel.read(in) >= 0;
        in.flip();
        return open;
    }

    /** Keeps the rest of {@code in} for the next {@link #fill}. */
    void hold(ByteBuffer in) {
        if (in.hasRemaining()) {
            held = new byte[in.remaining()];
            in.get(held);
        }
    }

    /** Passes on each whole frame and holds the rest. Ends early if the sink closes this wire. */
    void parse(ByteBuffer in, Frames sink) throws IOException {
        while (in.remaining() >= 2 && key.isValid()) {
            int start = in.position();
            int length = in.get(start + 1) & 0x7f;
            boolean masked = in.get(start + 1) < 0;
            int header = (length < 126 ? 2 : length == 126 ? 4 : 10) + (masked ? 4 : 0);
            if (in.remaining() < header) {
                break;
            }
            long payload = length(in, start, length);
            if (payload < 0 || payload > MOST_FRAME) {
                throw new IOException("a frame of " + payload + " bytes");
            }
            if (in.remaining() < header + payload) {
                break;
            }
            int from = start + header;
            int to = from + (int) payload;
            if (masked) {
                unmask(in, in.getInt(from - 4), from, to);
            }
            in.position(to);
            sink.frame((in.get(start) & 0x8f) ^ 0x80, in, from, to);
        }
        hold(in);
    }

    private static long length(ByteBuffer in, int start, int announced) {
        return switch (announced) {
            case 126 -> in.getShort(start + 2) & 0xffff;
            case 127 -> in.getLong(start + 2);
            default -> announced;
        };
    }

    /** Writes the bytes of the frame to {@code out}; {@code mask} is 0 on the server's side. */
    static ByteBuffer frame(ByteBuffer out, int opcode, ByteBuffer payload, int from, int to, int mask) {
        int length = to - from;
        int bit = mask == 0 ? 0 : 0x80;
        out.clear().put((byte) (0x80 | opcode));
        if (length < 126) {
            out.put((byte) (bit | length));
        } else {
            out.put((byte) (bit | 126)).putShort((short) length);
        }
        if (mask != 0) {
            out.putInt(mask);
        }
        int at = out.position();
        out.put(at, payload, from, length).position(at + length).flip();
        if (mask != 0) {
            unmask(out, mask, at, at + length);
        }
        return out;
    }

    private static void unmask(ByteBuffer bytes, int mask, int from, int to) {
        for (int i = from, shift = 24; i < to; i++, shift = shift - 8 & 24) {
            bytes.put(i, (byte) (bytes.get(i) ^ mask >>> shift));
        }
    }

    /** Writes with one write(2). What the socket does not accept waits, up to a bound. */
    void write(ByteBuffer frame) throws IOException {
        if (lagging == 0) {
            channel.write(frame);
        }
        if (frame.hasRemaining()) {
            queue(frame);
        }
    }

    private void queue(ByteBuffer rest) throws IOException {
        int more = rest.remaining();
        if (lagging + more > MOST_BACKLOG) {
            throw new IOException("a backlog of more than " + MOST_BACKLOG + " bytes");
        }
        if (backlog.length < lagging + more) {
            backlog = Arrays.copyOf(backlog, (lagging + more) * 2);
        }
        rest.get(backlog, lagging, more);
        lagging += more;
        key.interestOpsOr(SelectionKey.OP_WRITE);
    }

    /** Continues with the backlog when the socket accepts bytes again. */
    void flush() throws IOException {
        int written = channel.write(ByteBuffer.wrap(backlog, 0, lagging));
        lagging -= written;
        System.arraycopy(backlog, written, backlog, 0, lagging);
        if (lagging == 0) {
            backlog = NOTHING;
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }

    /** From now on the bytes stay in the kernel's buffers: this is a reader that has stopped. */
    void stopReading() {
        key.interestOpsAnd(~SelectionKey.OP_READ);
    }

    void close() {
        try {
            key.cancel();
            channel.close();
        } catch (IOException _) {
            // it is already closed
        }
    }
}
