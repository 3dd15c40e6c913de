package dev.bincang.transport.websocket;

import dev.bincang.protocol.CloseCode;
import dev.bincang.transport.Dispatcher;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.InboundProcessingMode;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * The WebSocket endpoint, {@code GET /ws}. Everything runs on the connection's event loop. The mode is CONCURRENT
 * because the session keeps the order of commands, and SERIAL would queue messages without a bound.
 */
@WebSocket(path = "/ws", inboundProcessingMode = InboundProcessingMode.CONCURRENT)
@Singleton
public class Endpoint {

    private static final Logger LOG = Logger.getLogger(Endpoint.class);
    private static final TypedKey<SocketPeer> PEER = new TypedKey<>("bincang.peer");
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();

    private final Dispatcher dispatcher;
    private final SocketLoops loops;

    Endpoint(Dispatcher dispatcher, SocketLoops loops) {
        this.dispatcher = dispatcher;
        this.loops = loops;
    }

    @OnOpen
    Uni<Void> opened(WebSocketConnection connection) {
        if (connection.userData().get(UpgradeCheck.FOREIGN) != null) {
            loops.outcomes().closed(CloseCode.ORIGIN);
            return connection.close(new CloseReason(CloseCode.ORIGIN.code(), CloseCode.ORIGIN.reason()));
        }
        var channel = connection.userData().get(UpgradeCheck.CHANNEL);
        if (channel == null) {
            throw new IllegalStateException("no channel: the upgrade check did not run");
        }
        var peer = new SocketPeer(connection, channel, loops.of(channel.eventLoop()));
        connection.userData().put(PEER, peer);
        peer.open(dispatcher.open(peer));
        return DONE;
    }

    @OnTextMessage
    Uni<Void> text(String text, WebSocketConnection connection) {
        var peer = connection.userData().get(PEER);
        if (peer != null) {
            peer.received(text);
        }
        return DONE;
    }

    @OnBinaryMessage
    Uni<Void> binary(Buffer message, WebSocketConnection connection) {
        var peer = connection.userData().get(PEER);
        if (peer != null) {
            peer.receivedBinary();
        }
        return DONE;
    }

    @OnPongMessage
    Uni<Void> pong(Buffer message, WebSocketConnection connection) {
        var peer = connection.userData().get(PEER);
        if (peer != null) {
            peer.alive();
        }
        return DONE;
    }

    @OnClose
    Uni<Void> closed(WebSocketConnection connection) {
        var peer = connection.userData().get(PEER);
        if (peer != null) {
            peer.closed();
        }
        return DONE;
    }

    /** Logs a broken frame or a network error. The framework closes the connection, and {@code closed} follows. */
    @OnError
    Uni<Void> failed(Throwable failure, WebSocketConnection connection) {
        LOG.debugf("%s: %s", connection.id(), failure.toString());
        return DONE;
    }
}
