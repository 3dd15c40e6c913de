package dev.bincang.transport.inbound;

import dev.bincang.BincangConfig;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;

/**
 * Puts {@link AcceptedConnections} into the sockets that the HTTP server listens on. Vert.x has no hook for this, so
 * the sockets are looked up on the event loops that accept connections.
 */
@Singleton
class ServerSockets {

    private static final String NAME = "bincang.accepted";

    private final VertxInternal vertx;
    private final AcceptedConnections.Limits limits;

    ServerSockets(Vertx vertx, BincangConfig config, RequestLimits requests) {
        this.vertx = (VertxInternal) vertx;
        limits = new AcceptedConnections.Limits(
                config.connection().max() + config.connection().maxOther(), requests);
    }

    void http(@ObservesAsync HttpServerStart started) {
        watch(started.options());
    }

    void https(@ObservesAsync HttpsServerStart started) {
        watch(started.options());
    }

    private void watch(HttpServerOptions options) {
        var accepted = new AcceptedConnections(options, limits);
        vertx.getAcceptorEventLoopGroup().forEach(executor -> {
            if (executor instanceof SingleThreadEventLoop loop) {
                loop.execute(() -> loop.registeredChannelsIterator().forEachRemaining(channel -> {
                    if (channel instanceof ServerChannel
                            && channel.localAddress() instanceof InetSocketAddress at
                            && (options.getPort() <= 0 || at.getPort() == options.getPort()) // tests use a random port
                            && channel.pipeline().get(NAME) == null) {
                        channel.pipeline().addFirst(NAME, accepted);
                    }
                }));
            }
        });
    }
}
