package dev.bincang.redis.setup;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.VertxHandler;

/**
 * Lets everything that is written to a connection to Redis in one tick of its loop share one system call. The Redis
 * client flushes each command by itself and has no hook, so the sockets are looked up on their loop.
 */
public final class SharedFlush {

    private static final String NAME = "bincang.flush";
    /** After this number of flushes, the next one is not put off. */
    private static final int MOST = FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES;

    private SharedFlush() {}

    /** Applies to the Redis client's sockets on this loop. Call it on that loop, after a connection was opened. */
    public static void on(EventLoop loop) {
        if (loop instanceof SingleThreadEventLoop sockets) {
            sockets.registeredChannelsIterator().forEachRemaining(socket -> {
                if (isRedis(socket) && socket.pipeline().get(NAME) == null) {
                    socket.pipeline().addFirst(NAME, new FlushConsolidationHandler(MOST, true));
                }
            });
        }
    }

    /** Only the Redis client opens plain sockets. The sockets of HTTP clients have other connections. */
    private static boolean isRedis(Channel socket) {
        var vertx = socket.parent() == null ? socket.pipeline().get(VertxHandler.class) : null;
        return vertx != null && vertx.getConnection() instanceof NetSocket;
    }
}
