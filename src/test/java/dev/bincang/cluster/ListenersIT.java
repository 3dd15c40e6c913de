package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.RawHttp;
import dev.bincang.testing.process.Certificate;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests have the same bounds however they reach a pod: in the clear, by TLS, or behind a PROXY header. */
class ListenersIT {

    enum By {
        CLEAR,
        TLS,
        PROXY
    }

    private static final Certificate CERTIFICATE = Certificate.of("localhost");
    private static final int TLS_PORT = Processes.freePort();
    private static final String SLOW = "2s";

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.http.request-time", SLOW)
            .with("quarkus.http.insecure-requests", "enabled")
            .with("quarkus.http.ssl-port", Integer.toString(TLS_PORT))
            .with("quarkus.http.ssl.certificate.files", CERTIFICATE.pem().toString())
            .with("quarkus.http.ssl.certificate.key-files", CERTIFICATE.key().toString());

    private static Pod proxied;

    private static synchronized Pod proxied() {
        if (proxied == null) {
            var settings = Map.of(
                    "bincang.http.request-time",
                    SLOW,
                    "bincang.limits.bad-tokens-per-minute",
                    "1",
                    "quarkus.http.proxy.use-proxy-protocol",
                    "true");
            proxied = Pod.start("proxied", CLUSTER.redis().port(), settings);
            proxied.awaitReady();
        }
        return proxied;
    }

    @AfterAll
    static void nothingWasAnError() {
        try (var last = proxied()) {
            for (var pod : new Pod[] {CLUSTER.pod(0), last}) {
                assertTrue(pod.live());
                assertFalse(pod.log().contains("ERROR"), pod::log);
                assertFalse(pod.log().contains("\tat "), pod::log);
            }
        }
    }

    /** Offers HTTP/2, as browsers do. */
    private static SSLSocket tls() throws IOException {
        try (InputStream pem = Files.newInputStream(CERTIFICATE.pem())) {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "pod", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            var socket =
                    (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), TLS_PORT);
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RawHttp connect(By by) throws IOException {
        return switch (by) {
            case CLEAR -> new RawHttp(CLUSTER.pod(0).port());
            case TLS -> new RawHttp(tls());
            case PROXY -> {
                var raw = new RawHttp(proxied().port());
                raw.send("PROXY TCP4 203.0.113.5 127.0.0.1 4711 80\r\n");
                yield raw;
            }
        };
    }

    private static void refused(By by, int status, String request) throws IOException {
        try (var raw = connect(by)) {
            raw.send(request);
            var answer = raw.answer();
            assertEquals(status, answer.status(), answer.toString());
            assertEquals(status, answer.json().path("status").asInt(), answer.toString());
            assertEquals("", raw.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestIsAnswered(By by) throws IOException {
        try (var raw = connect(by)) {
            for (int i = 0; i < 2; i++) {
                raw.send("GET /client/index.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertEquals(200, raw.answer().status());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void http2IsRefusedWithOneAnswer(By by) throws IOException {
        refused(by, 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
    }

    @Test
    void http2IsNotOfferedByTls() throws IOException {
        try (var socket = tls()) {
            assertEquals("", socket.getApplicationProtocol());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyHasItsBound(By by) throws IOException {
        refused(by, 413, "POST /api/guests HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void aRequestHasItsTime(By by) throws IOException {
        refused(by, 408, "GET / HTTP/1.1\r\nHost: loc");
    }

    @Test
    void theAddressOfThePROXYHeaderIsCounted() throws IOException {
        var request = "GET /api/rooms HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n";
        try (var first = connect(By.PROXY);
                var second = connect(By.PROXY);
                var other = new RawHttp(proxied().port())) {
            first.send(request);
            assertEquals(401, first.answer().status());
            second.send(request);
            assertEquals(429, second.answer().status());
            other.send("PROXY TCP4 203.0.113.6 127.0.0.1 4711 80\r\n" + request);
            assertEquals(401, other.answer().status());
        }
    }
}
