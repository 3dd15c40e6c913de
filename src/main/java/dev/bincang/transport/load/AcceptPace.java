package dev.bincang.transport.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A handler in the pipeline of a listening socket. Accepts connections at the pace of the event loops: after each batch
 * it waits until a loop of the batch has read from its sockets once more. When a thousand clients come at once, most of
 * them wait in the kernel's backlog, and a message waits only for the handshakes of a few batches.
 *
 * <p>It waits for the fastest loop of the batch, and not longer than a second: a loop that hangs must not keep the others
 * from accepting. Used on the accepting event loop.
 */
public final class AcceptPace extends ChannelInboundHandlerAdapter {

    /** Connections that are accepted at once. */
    private static final int BATCH = 4;

    private final Set<EventLoop> loops = new HashSet<>();

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel()
                .config()
                .<MaxMessagesRecvByteBufAllocator>getRecvByteBufAllocator()
                .maxMessagesPerRead(BATCH);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ctx.fireChannelRead(msg);
        var connection = (Channel) msg;
        if (connection.isOpen()) { // a closed one may have no event loop
            loops.add(connection.eventLoop());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!loops.isEmpty()) {
            var listening = ctx.channel().config();
            listening.setAutoRead(false);
            CompletableFuture.anyOf(loops.stream().map(AcceptPace::round).toArray(CompletableFuture[]::new))
                    .completeOnTimeout(null, 1, TimeUnit.SECONDS)
                    .thenRun(() -> listening.setAutoRead(true));
            loops.clear();
        }
        ctx.fireChannelReadComplete();
    }

    /** Completes when the loop has read from its sockets: it does so before it runs a task of a later round. */
    private static CompletableFuture<Void> round(EventLoop loop) {
        var done = new CompletableFuture<Void>();
        var _ = loop.schedule(() -> done.complete(null), 1, TimeUnit.MILLISECONDS);
        return done;
    }
}
