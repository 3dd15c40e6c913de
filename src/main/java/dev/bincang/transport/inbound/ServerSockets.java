package dev.bincang.transport.inbound;

import dev.bincang.BincangConfig;
import dev.bincang.transport.load.AcceptPace;
import dev.bincang.transport.load.Outcomes;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.AttributeKey;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * Puts {@link AcceptPace} and {@link AcceptedConnections} into the sockets that the HTTP server listens on. Vert.x has
 * no hook for this, so the sockets are looked up on the event loops that accept connections.
 *
 * <p>In dev mode the sockets outlive the application. When it starts again, it takes them over: its settings apply to
 * all connections from then on.
 */
@Singleton
class ServerSockets {

    private static final String NAME = "bincang.accepted";
    private static final AttributeKey<HttpServerOptions> OPTIONS = AttributeKey.valueOf("bincang.options");

    private final VertxInternal vertx;
    private final AcceptedConnections.Limits limits;

    ServerSockets(Vertx vertx, BincangConfig config, RequestLimits requests, Outcomes outcomes) {
        this.vertx = (VertxInternal) vertx;
        limits = new AcceptedConnections.Limits(
                config.connection().max() + config.connection().maxOther(), requests, outcomes);
    }

    void started(@Observes StartupEvent event) {
        forEachSocket(socket -> {
            if (socket.hasAttr(OPTIONS)) {
                var accepted = new AcceptedConnections(socket.attr(OPTIONS).get(), limits);
                socket.pipeline().replace(NAME, NAME, accepted);
            }
        });
    }

    void http(@ObservesAsync HttpServerStart opened) {
        watch(opened.options());
    }

    void https(@ObservesAsync HttpsServerStart opened) {
        watch(opened.options());
    }

    private void watch(HttpServerOptions options) {
        forEachSocket(socket -> {
            if (socket.localAddress() instanceof InetSocketAddress at
                    && (options.getPort() <= 0 || at.getPort() == options.getPort()) // tests use a random port
                    && !socket.hasAttr(OPTIONS)) {
                socket.attr(OPTIONS).set(options);
                socket.pipeline().addFirst(NAME, new AcceptedConnections(options, limits));
                socket.pipeline().addFirst(new AcceptPace());
            }
        });
    }

    private void forEachSocket(Consumer<Channel> task) {
        vertx.getAcceptorEventLoopGroup().forEach(executor -> {
            if (executor instanceof SingleThreadEventLoop loop) {
                loop.execute(() -> loop.registeredChannelsIterator().forEachRemaining(channel -> {
                    if (channel instanceof ServerChannel) {
                        task.accept(channel);
                    }
                }));
            }
        });
    }
}
