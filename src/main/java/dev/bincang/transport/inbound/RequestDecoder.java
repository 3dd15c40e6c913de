package dev.bincang.transport.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Vert.x' decoder, but it decodes the next request only when the one before is answered and the answer is on its way: a
 * client that does not read its answers gets no more work done (pipelining, RFC 9112 section 9.3.2).
 */
final class RequestDecoder extends VertxHttpRequestDecoder {

    private final RequestGuard guard;
    /** Whether the next byte belongs to a new request. */
    private boolean between = true;

    RequestDecoder(HttpServerOptions options, RequestGuard guard) {
        super(options);
        this.guard = guard;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (guard.refused()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (between) {
            if (!guard.free()) {
                guard.hold(() -> goOn(ctx));
                return;
            }
            guard.begin();
        }
        var before = out.size();
        super.decode(ctx, in, out);
        if (out.size() > before) {
            between = out.getLast() instanceof LastHttpContent;
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
    }

    /** Netty would take the one and drop the other; somebody in front may have taken the other (RFC 9112 section 6.1). */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length beside Transfer-Encoding");
    }
}
