package dev.bincang.transport.websocket;

import dev.bincang.hub.Outlet;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/** Encodes server frames as bytes: unmasked and unfragmented (RFC 6455 section 5.2). */
final class Frames {

    private static final int TEXT = 0x81;
    private static final int PING = 0x89;
    private static final byte[] OURS = Codec.encode(new Frame.Ping());

    private Frames() {}

    /** Several text frames in one buffer. Each connection writes a duplicate of the buffer. */
    record Shared(ByteBuf buffer) implements Outlet.Batch.Encoded {
        @Override
        public void release() {
            buffer.release();
        }
    }

    static Shared shared(ByteBufAllocator allocator, List<byte[]> payloads) {
        return new Shared(texts(allocator, payloads));
    }

    static ByteBuf texts(ByteBufAllocator allocator, List<byte[]> payloads) {
        int size = 0;
        for (var payload : payloads) {
            size += payload.length + 10;
        }
        var buffer = allocator.directBuffer(size);
        for (var payload : payloads) {
            text(buffer, payload);
        }
        return buffer;
    }

    private static void text(ByteBuf buffer, byte[] payload) {
        buffer.writeByte(TEXT);
        if (payload.length < 126) {
            buffer.writeByte(payload.length);
        } else if (payload.length < 1 << 16) {
            buffer.writeByte(126).writeShort(payload.length);
        } else {
            buffer.writeByte(127).writeLong(payload.length);
        }
        buffer.writeBytes(payload);
    }

    /**
     * Two pings in one write: the WebSocket ping, whose pong is checked, and our own {@code ping} frame, which a
     * browser's page can see.
     */
    static ByteBuf ping(ByteBufAllocator allocator) {
        var buffer = allocator.directBuffer(OURS.length + 12);
        buffer.writeByte(PING).writeByte(0);
        text(buffer, OURS);
        return buffer;
    }
}
