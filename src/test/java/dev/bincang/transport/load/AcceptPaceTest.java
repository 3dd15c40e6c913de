package dev.bincang.transport.load;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptPaceTest {

    private static final int CLIENTS = 50;

    private final EventLoopGroup acceptor = new NioEventLoopGroup(1);
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch free = new CountDownLatch(1);
    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        free.countDown();
        for (var client : clients) {
            client.close();
        }
        acceptor.shutdownGracefully();
    }

    /** A server whose first event loop hangs until {@link #free}. Its clients are connected, as far as they know. */
    private void crowd(EventLoopGroup loops) throws Exception {
        var server = new ServerBootstrap()
                .group(acceptor, loops)
                .channel(NioServerSocketChannel.class)
                .handler(new ChannelInitializer<ServerChannel>() {
                    @Override
                    protected void initChannel(ServerChannel listening) {
                        listening.pipeline().addLast(new AcceptPace(), new Count());
                    }
                })
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {}
                });
        var listening = server.bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        loops.next().execute(() -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 0; i < CLIENTS; i++) {
            var client = new Socket();
            clients.add(client);
            client.connect((InetSocketAddress) listening.localAddress());
        }
    }

    private final class Count extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof Channel) {
                accepted.incrementAndGet();
            }
            ctx.fireChannelRead(msg);
        }
    }

    @Test
    void clientsWaitInTheBacklogWhileTheLoopIsBusy() throws Exception {
        var loop = new NioEventLoopGroup(1);
        try {
            crowd(loop);
            for (int i = 0; i < CLIENTS; i++) {
                acceptor.submit(() -> {}).sync(); // in each round it could accept
            }
            // One batch, and one more for each second in which this test itself is held up.
            assertTrue(accepted.get() < CLIENTS / 2, accepted + " accepted");
            free.countDown();
            await().until(() -> accepted.get() == CLIENTS);
        } finally {
            loop.shutdownGracefully();
        }
    }

    @Test
    void aLoopThatHangsDoesNotKeepTheOthersFromAccepting() throws Exception {
        var loops = new NioEventLoopGroup(2);
        try {
            crowd(loops);
            await().until(() -> accepted.get() == CLIENTS);
        } finally {
            free.countDown();
            loops.shutdownGracefully();
        }
    }
}
