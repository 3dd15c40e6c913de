package dev.bincang.transport.inbound;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handler in the pipeline of a listening socket. Counts every TCP connection as long as it is open, whatever it does,
 * and closes the connections over the limit. Gives each accepted connection a {@link RequestDecoder} and a
 * {@link RequestGuard}. Any thread.
 */
@Sharable
final class AcceptedConnections extends ChannelInboundHandlerAdapter {

    /** The limits and the counter that all listening sockets share. */
    static final class Limits {

        private final int max;
        private final RequestLimits requests;
        private final AtomicInteger open = new AtomicInteger();

        Limits(int max, RequestLimits requests) {
            this.max = max;
            this.requests = requests;
        }
    }

    private final HttpServerOptions options;
    private final Limits limits;

    AcceptedConnections(HttpServerOptions options, Limits limits) {
        this.options = options;
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var connection = (Channel) msg; // not registered with an event loop yet
        if (limits.open.incrementAndGet() > limits.max) {
            limits.open.decrementAndGet();
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(_ -> limits.open.decrementAndGet());
        connection.pipeline().addLast(new Arrival());
        ctx.fireChannelRead(msg);
    }

    /**
     * Waits until Vert.x has set up the pipeline, and then adds the guard. Without TLS this is at once. With TLS it is
     * after the handshake and before the first byte of a request.
     */
    private final class Arrival extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            var pipeline = ctx.pipeline();
            pipeline.remove(this);
            if (pipeline.get(SslHandler.class) == null) {
                guard(pipeline);
            } else {
                pipeline.addLast(new Arrival());
            }
            ctx.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            guard(ctx.pipeline());
            ctx.pipeline().remove(this);
            ctx.fireChannelRead(msg);
        }

        /** Adds the guard. Does nothing for HTTP/2, which has no such decoder. */
        private void guard(ChannelPipeline pipeline) {
            if (pipeline.get("httpDecoder") != null && pipeline.get("handler") != null) {
                var guard = new RequestGuard(limits.requests);
                pipeline.replace("httpDecoder", "httpDecoder", new RequestDecoder(options, guard));
                pipeline.addBefore("handler", "bincang.guard", guard);
            }
        }
    }
}
