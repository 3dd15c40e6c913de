package dev.bincang.transport.inbound;

import dev.bincang.transport.load.Outcomes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handler in the pipeline of a listening socket. Counts every TCP connection as long as it is open, whatever it does,
 * and closes and counts the connections over the limit. Gives each accepted connection a {@link RequestDecoder} and a
 * {@link RequestGuard}. Any thread.
 */
@Sharable
final class AcceptedConnections extends ChannelInboundHandlerAdapter {

    /** The limits and the counter that all listening sockets share. */
    static final class Limits {

        private final int max;
        private final RequestLimits requests;
        private final Outcomes outcomes;
        private final AtomicInteger open = new AtomicInteger();

        Limits(int max, RequestLimits requests, Outcomes outcomes) {
            this.max = max;
            this.requests = requests;
            this.outcomes = outcomes;
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
            limits.outcomes.connectionRefused();
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(_ -> limits.open.decrementAndGet());
        connection.pipeline().addLast(new Arrival());
        ctx.fireChannelRead(msg);
    }

    /**
     * Waits until Vert.x has added the HTTP handlers, and then adds the guard. That is at once, or after the PROXY header,
     * or after the TLS handshake, and always before the first byte of a request.
     */
    private final class Arrival extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            goOn(ctx.pipeline());
            ctx.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            goOn(ctx.pipeline());
            ctx.fireChannelRead(msg);
        }

        /** Adds the guard, or waits behind the handlers that Vert.x has added in the meantime. */
        private void goOn(ChannelPipeline pipeline) {
            pipeline.remove(this);
            if (pipeline.get("httpDecoder") == null) {
                pipeline.addLast(new Arrival());
                return;
            }
            var guard = new RequestGuard(limits.requests, limits.outcomes);
            pipeline.replace("httpDecoder", "httpDecoder", new RequestDecoder(options, guard));
            pipeline.addBefore("handler", "bincang.guard", guard);
        }
    }
}
