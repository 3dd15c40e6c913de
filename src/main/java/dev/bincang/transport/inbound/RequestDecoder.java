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
 * Vert.x's decoder with one difference: it decodes the next request only after the previous one is answered and the
 * answer is being sent. So a client that does not read its answers cannot cause more work (pipelining, RFC 9112 section
 * 9.3.2).
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

    /**
     * Refuses a request with both headers. Netty would use one and drop the other, but a proxy in front may have used
     * the other one (RFC 9112 section 6.1).
     */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length beside Transfer-Encoding");
    }
}
