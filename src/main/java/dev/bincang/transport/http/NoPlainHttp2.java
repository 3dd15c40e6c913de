package dev.bincang.transport.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * HTTP/2 is for TLS, where both sides agree on it beforehand (ALPN). Without, a client may ask to upgrade to it with its
 * first request, as Java's own does; Vert.x then leaves that request without an answer now and then.
 */
@Singleton
class NoPlainHttp2 implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
