package dev.bincang.transport.websocket;

import dev.bincang.protocol.Refusal;
import dev.bincang.transport.inbound.ProblemAnswer;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.quarkus.websockets.next.HandshakeRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses an upgrade request that breaks RFC 6455 section 4.2.1. Netty alone would use the first of two headers of one
 * name.
 */
@Singleton
class Handshake implements HttpServerOptionsCustomizer {

    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    private static final int BAD_REQUEST = 400;
    private static final int UPGRADE_REQUIRED = 426;

    /** Turns off the compression extension. Without extensions a reserved bit is an error, as RFC 6455 requires. */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setPerFrameWebSocketCompressionSupported(false);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    /**
     * Checks upgrade requests before the endpoint. Removes the identity of Quarkus security, which would keep 3 KB of
     * the request for each socket; the token is checked at {@code hello}.
     */
    void route(@Observes Router router) {
        router.route("/ws").order(-1).handler(context -> {
            context.remove(QuarkusHttpUser.DEFERRED_IDENTITY_KEY);
            var request = context.request();
            if (request.headers().contains(HandshakeRequest.SEC_WEBSOCKET_KEY)
                    || "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
                begin(context, request);
            } else {
                context.next();
            }
        });
    }

    private static void begin(RoutingContext context, HttpServerRequest request) {
        var wrong = wrong(request);
        if (wrong != null) {
            ProblemAnswer.send(context.response(), Refusal.bad(wrong).problem().withStatus(BAD_REQUEST));
        } else if (!versions(request).equals(List.of(VERSION))) {
            context.response().putHeader(HandshakeRequest.SEC_WEBSOCKET_VERSION, VERSION);
            ProblemAnswer.send(
                    context.response(),
                    Refusal.bad(HandshakeRequest.SEC_WEBSOCKET_VERSION + ": must be " + VERSION)
                            .problem()
                            .withStatus(UPGRADE_REQUIRED));
        } else {
            var protocols = request.headers().getAll(HandshakeRequest.SEC_WEBSOCKET_PROTOCOL);
            if (protocols.size() > 1) { // several headers are one list (section 11.3.4)
                request.headers().set(HandshakeRequest.SEC_WEBSOCKET_PROTOCOL, String.join(",", protocols));
            }
            context.next();
        }
    }

    private static @Nullable String wrong(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_1) {
            return "an upgrade needs HTTP/1.1";
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            return "Upgrade: must be websocket";
        }
        var keys = request.headers().getAll(HandshakeRequest.SEC_WEBSOCKET_KEY);
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            return HandshakeRequest.SEC_WEBSOCKET_KEY + ": must be present once, with 16 bytes in base64";
        }
        return null;
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static List<String> versions(HttpServerRequest request) {
        return request.headers().getAll(HandshakeRequest.SEC_WEBSOCKET_VERSION);
    }
}
