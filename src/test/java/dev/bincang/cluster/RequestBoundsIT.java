package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static dev.bincang.testing.client.RawHttp.BODY;
import static dev.bincang.testing.client.RawHttp.GUEST;
import static dev.bincang.testing.client.RawHttp.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.client.RawHttp;
import dev.bincang.testing.client.RawHttp.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that ask slowly, too much at once, or not at all; and by which address and name they are known. */
class RequestBoundsIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.http.request-time", "2s")
            .with("bincang.connection.max", "50")
            .with("bincang.connection.max-other", "150")
            .with("quarkus.http.proxy.proxy-address-forwarding", "true")
            .with("quarkus.http.proxy.trusted-proxies", "127.0.0.1,10.0.0.0/8")
            .with("bincang.limits.bad-tokens-per-minute", "3");

    @AfterAll
    static void nothingWasAnError() {
        CLUSTER.pod(0).assertSound();
    }

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    private static Answer ask(String request) throws IOException {
        return RawHttp.ask(port(), request);
    }

    // ---- slowly

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HT",
                "\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: y",
                "POST /api/guests HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n{",
                "POST /api/guests HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nhe"
            })
    void aRequestThatDripsIsEndedInTimeHoweverOftenAByteComes(String begin) throws IOException {
        try (var raw = new RawHttp(port())) {
            raw.send(begin);
            var started = System.nanoTime();
            var drip = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        Thread.sleep(100);
                        raw.send(begin.equals("\r\n") ? "\r\n" : "a");
                    }
                } catch (IOException | InterruptedException _) {
                    Thread.currentThread().interrupt(); // it is cut, or the test is over
                }
            });
            var answer = raw.answer();
            drip.interrupt();
            answer.refuses(408, "bad_request");
            assertTrue(System.nanoTime() - started > 1_500_000_000L, "before its time");
        }
    }

    @Test
    void aRequestBehindALongPollHasItsTimeAfterIt() throws IOException {
        var token = Http.guest(port(), "Ana").token();
        var poll = "GET /api/events?room=quiet HTTP/1.1\r\n" + HOST + "Prefer: wait=4\r\nAuthorization: Bearer " + token
                + "\r\n\r\n";
        try (var raw = new RawHttp(port())) {
            raw.send(poll + "GET /nowh");
            assertEquals(200, raw.answer().status());
            raw.send("ere HTTP/1.1\r\n" + HOST + "\r\n");
            assertEquals(404, raw.answer().status());
        }
    }

    @Test
    void aConnectionThatAsksAgainAndAgainIsNotEnded() throws IOException {
        try (var raw = new RawHttp(port())) {
            var end = System.nanoTime() + 3_000_000_000L;
            while (System.nanoTime() < end) {
                raw.send(GUEST + "Content-Length: 14\r\n\r\n" + BODY);
                assertEquals(200, raw.answer().status());
            }
        }
    }

    // ---- many at once

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        try (var raw = new RawHttp(port())) {
            var names = IntStream.range(0, 200).mapToObj(i -> "G" + (100 + i)).toList();
            var all = new StringBuilder();
            names.forEach(name -> all.append(GUEST + "Content-Length: 15\r\n\r\n{\"name\":\"" + name + "\"}"));
            raw.send(all.toString());
            var answered = new ArrayList<String>();
            for (var _ : names) {
                answered.add(raw.answer().json().at("/user/name").asText());
            }
            assertEquals(names, answered);
        }
    }

    /** An answer is work, and memory until it is read: who reads none gets no more than fits on the way. */
    @Test
    void whoDoesNotReadGetsNoMoreWorkDone() throws IOException {
        var ana = Http.guest(port(), "Ana");
        for (int i = 0; i < 60; i++) {
            ana.say("large", "x".repeat(4_000));
        }
        var history = "{\"type\":\"history\",\"req\":1,\"room\":\"large\",\"limit\":50}";
        var body = "[" + String.join(",", Collections.nCopies(40, history)) + "]";
        var request =
                "POST /api/commands HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\nAuthorization: Bearer "
                        + ana.token() + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        var before = done();
        try (var raw = new RawHttp(port())) {
            var sender = Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        raw.send(request);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            var last = new AtomicReference<>(before);
            await().pollInterval(Duration.ofMillis(500))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> last.getAndSet(done()) == done() && done() > before);
            assertTrue(done() - before < 200, done() - before + " histories read for nobody"); // of 600
            for (int i = 0; i < 100; i++) {
                var answer = raw.answer();
                assertEquals(200, answer.status());
                assertTrue(answer.body().length() < 1_300_000, answer.body().length() + " bytes");
                assertTrue(answer.body().contains("rate_limited"), "all forty were answered");
            }
            assertFalse(sender.isAlive());
        }
    }

    private static double done() {
        return CLUSTER.pod(0)
                .metrics()
                .lines()
                .filter(line -> line.startsWith("bincang_commands_total{") && line.contains("\"history\""))
                .filter(line -> line.contains("\"ok\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void everyTcpConnectionIsCountedAlsoOneThatAsksNothing() throws IOException {
        var open = new ArrayList<RawHttp>();
        var refused = CLUSTER.pod(0).metric("bincang_connections_refused_total");
        try {
            for (int i = 0; i < 200; i++) {
                open.add(new RawHttp(port()));
            }
            try (var more = new RawHttp(port())) {
                assertTrue(more.ended());
            }
            assertTrue(CLUSTER.pod(0).metric("bincang_connections_refused_total") > refused, "it is not counted");
        } finally {
            for (var one : open) {
                one.close();
            }
        }
        await().ignoreExceptions()
                .until(() -> ask(GUEST + "Content-Length: 14\r\n\r\n" + BODY).status() == 200);
    }

    // ---- who asks

    private static Answer badToken(String more) throws IOException {
        return ask("GET /api/rooms HTTP/1.1\r\nHost: chat.example\r\nAuthorization: Bearer x\r\n" + more + "\r\n");
    }

    @Test
    void theHopThatTheTrustedProxySawIsCountedWhateverIsForgedInFront() throws IOException {
        for (int i = 0; i < 3; i++) {
            badToken("X-Forwarded-For: 198.51.100." + i + ", 203.0.113.5\r\n").refuses(401, "unauthorized");
        }
        badToken("X-Forwarded-For: 198.51.100.9, 203.0.113.5\r\n").refuses(429, "rate_limited");
        badToken("X-Forwarded-For: 203.0.113.5, 10.1.1.1\r\n").refuses(429, "rate_limited");
        badToken("X-Forwarded-For: 203.0.113.5, 203.0.113.6\r\n").refuses(401, "unauthorized");
    }

    @Test
    void ipv6IsCountedByItsNetwork() throws IOException {
        for (int i = 0; i < 3; i++) {
            badToken("X-Forwarded-For: 2001:db8:1:2::" + i + "\r\n").refuses(401, "unauthorized");
        }
        badToken("X-Forwarded-For: 2001:db8:1:2:ffff::1\r\n").refuses(429, "rate_limited");
        badToken("X-Forwarded-For: 2001:db8:1:3::1\r\n").refuses(401, "unauthorized");
    }

    @ParameterizedTest
    @CsvSource({
        "https://chat.example, chat.example, ''",
        "https://chat.example, chat.example:443, ''",
        "https://chat.example:8443, chat.example:8443, X-Forwarded-Proto: https",
        "https://chat.example, chat.example, X-Forwarded-Proto: https",
        "https://chat.example:8443, chat.example, X-Forwarded-Port: 8443",
    })
    void aPageOfOurOwnIsKnownBehindAProxy(String origin, String host, String header) throws IOException {
        var more = "Host: " + host + "\r\nOrigin: " + origin + "\r\n" + (header.isEmpty() ? "" : header + "\r\n");
        var post = GUEST.replace(HOST, more) + "Content-Length: 14\r\n\r\n" + BODY;
        assertEquals(200, ask(post).status());
        assertEquals(
                403,
                ask(post.replace("Origin: https://chat", "Origin: https://evil.chat"))
                        .status());
        try (var socket = RawClient.stranger(port(), more)) {
            assertEquals(
                    "welcome",
                    socket.ask("{\"type\":\"hello\",\"req\":1,\"guest\":\"Ana\"}")
                            .path("type")
                            .asText());
        }
    }
}
