package dev.bincang.transport.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Turns off HTTP/2 without TLS. With TLS, both sides agree on HTTP/2 beforehand (ALPN). Without TLS, a client may ask
 * for the upgrade with its first request, as Java's own client does, and Vert.x sometimes leaves that request without
 * an answer.
 */
@Singleton
class NoPlainHttp2 implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
