package dev.bincang.transport.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Turns off HTTP/2, with and without TLS. The limits of {@code transport.inbound} belong to an HTTP/1 connection: one
 * request at a time, the bytes of bodies and of unread answers. An HTTP/2 connection could have a hundred of each. A
 * proxy in front of the pods can still offer HTTP/2 to clients.
 */
@Singleton
class NoHttp2 implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setUseAlpn(false);
    }
}
