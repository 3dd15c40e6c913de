package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.process.IdentityProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What somebody would try who is not allowed to. */
class AttackIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final String NOWHERE = "r.00000000000000000000000000000000";

    /** With a long timeout of Redis: a busy machine must not look like an attack. A pulse that is refused fails at once. */
    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .behind(PROVIDER)
            .with("bincang.redis.timeout", "10s")
            .with("bincang.rooms.open", "false")
            .with("bincang.limits.rooms-per-minute", "10")
            .with("bincang.limits.joins-per-minute", "30")
            .with("bincang.connection.max-per-user", "5");

    private String room;

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static Http as(String user) {
        return new Http(CLUSTER.pod(0).port(), PROVIDER.token(user));
    }

    @BeforeEach
    void aPrivateRoom() {
        var owner = as("owner-" + System.nanoTime());
        room = owner.post("/api/rooms", "{\"kind\":\"private\"}")
                .ok()
                .body()
                .path("id")
                .asText();
        owner.post("/api/commands", "{\"type\":\"send\",\"req\":1,\"room\":\"" + room + "\",\"text\":\"secret\"}")
                .ok();
    }

    @Test
    void aTicketUsedAtTwoPodsAtOnceServesOnce() {
        var ticket =
                as("ana").post("/api/tickets", "").ok().body().path("ticket").asText();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var uses = IntStream.range(0, 20)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> new Http(CLUSTER.pod(i % 2).port(), "")
                                    .get("/api/rooms?ticket=" + ticket)
                                    .status(),
                            threads))
                    .toList();
            var statuses = uses.stream().map(CompletableFuture::join).toList();
            assertEquals(1, statuses.stream().filter(status -> status == 200).count(), statuses.toString());
            assertEquals(19, statuses.stream().filter(status -> status == 401).count(), statuses.toString());
        }
    }

    @Test
    void namesAreNoLinesOfTheLogNorHeaders() {
        var evil = "x\\r\\nSet-Cookie: a=b\\r\\nINFO forged line";
        var ana = as("ana");
        assertEquals(
                "bad_request",
                ana.post("/api/rooms", "{\"name\":\"" + evil + "\"}").code());
        assertEquals(
                "bad_request",
                ana.put("/api/rooms/" + room + "/bans/ben", "{\"reason\":\"" + evil + "\"}")
                        .code());
        var odd = ana.put("/api/direct/x%0D%0ASet-Cookie:%20a=b", "");
        assertEquals("bad_request", odd.code());
        assertTrue(odd.headers().firstValue("Set-Cookie").isEmpty());

        var token = PROVIDER.token("ana", claims -> claims.setStringClaim("name", "x\r\nINFO forged line"));
        Listener.of(CLUSTER.pod(0).port(), token).close();
        for (var pod : CLUSTER.pods()) {
            assertFalse(pod.log().contains("forged line"), pod.name());
            assertFalse(pod.log().contains(token), "a token in the log of " + pod.name());
            assertFalse(pod.log().contains("secret"), "a text in the log of " + pod.name());
        }
    }

    /** By its length alone: who were sending it still would now and then see the cut before the answer. */
    @Test
    void aBodyThatIsTooLargeIsRefused() throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), CLUSTER.pod(0).port())) {
            socket.setSoTimeout(5_000);
            var head = "POST /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + PROVIDER.token("ana")
                    + "\r\nContent-Type: application/json\r\nContent-Length: 300000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            var answer = new Scanner(socket.getInputStream(), StandardCharsets.US_ASCII).nextLine();
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        }
    }

    @Test
    void aBodyThatIsTooDeepIsRefused() {
        var ana = as("ana");
        assertEquals(400, ana.post("/api/rooms", "[".repeat(50_000)).status());
        assertEquals(400, ana.post("/api/commands", "[".repeat(50_000)).status());
        assertEquals(200, ana.get("/api/rooms").status());
    }

    /** Sixteen megabytes of nothing in sixteen kilobytes. */
    @Test
    void aPackedBodyIsNotUnpacked() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[16 << 20]);
        }
        var answer = as("ana")
                .ask(
                        "POST",
                        "/api/rooms",
                        BodyPublishers.ofByteArray(packed.toByteArray()),
                        "Content-Encoding",
                        "gzip");
        assertEquals(415, answer.status(), answer.toString());
    }

    // ---- too much

    @Test
    void moreConnectionsOfOneUserThanHeMayHave() {
        var token = PROVIDER.token("many");
        var open = new ArrayList<Listener>();
        for (int i = 0; i < 5; i++) {
            open.add(Listener.of(CLUSTER.pod(0).port(), token));
        }
        try (var sixth = RawClient.stranger(CLUSTER.pod(0).port())) {
            var answer = sixth.ask("{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\"}");
            assertEquals("limit_reached", answer.path("code").asText());
            assertEquals(4004, sixth.closeCode());
        }
        open.forEach(Listener::close);
    }

    @Test
    void roomsAndJoinsWithoutEnd() {
        var busy = as("busy");
        var refused = Stream.generate(() -> busy.post("/api/rooms", "{}"))
                .limit(20)
                .filter(answer -> answer.status() == 429)
                .toList();
        assertTrue(refused.size() >= 8, refused.size() + " refused");
        assertEquals("rate_limited", refused.getFirst().code());
        assertTrue(refused.getFirst().body().path("retryAfterMs").asLong() > 0);
        assertNotEquals(
                "0", refused.getFirst().headers().firstValue("Retry-After").orElse("0"));

        try (var socket = Listener.of(CLUSTER.pod(0).port(), PROVIDER.token("busy"))) {
            var codes = Stream.generate(() -> socket.ask("\"type\":\"join\",\"room\":\"" + NOWHERE + "\""))
                    .limit(60)
                    .map(answer -> answer.path("code").asText())
                    .toList();
            assertTrue(codes.contains("rate_limited"), codes.toString());
        }
    }

    /** Each list is of 200 rooms, and is asked for eight times at once, again and again. */
    @Test
    void whoAsksForLongListsWithoutEndKeepsNobodyWaiting() {
        for (int i = 0; i < 20; i++) {
            var owner = as("host-" + i);
            for (int j = 0; j < 10; j++) {
                var one = owner.post("/api/rooms", "{}").ok().body().path("id").asText();
                owner.put("/api/rooms/" + one + "/members/lister", "").ok();
            }
        }
        var lister = as("lister");
        assertEquals(
                200,
                lister.get("/api/rooms?limit=200").ok().body().path("items").size());
        var logged = CLUSTER.pod(0).log().length();
        var on = new AtomicBoolean(true);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var lists = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> {
                                var lists200 = 0;
                                while (on.get()) {
                                    lists200 +=
                                            lister.get("/api/rooms?limit=200").status() == 200 ? 1 : 0;
                                }
                                return lists200;
                            },
                            threads))
                    .limit(8)
                    .toList();
            try {
                var ana = as("ana");
                var statuses = Stream.generate(() -> ana.get("/api/rooms").status())
                        .limit(200)
                        .distinct()
                        .toList();
                assertEquals(List.of(200), statuses);
            } finally {
                on.set(false);
            }
            assertTrue(lists.stream().mapToInt(CompletableFuture::join).sum() > 0, "nobody listed anything");
        }
        var log = CLUSTER.pod(0).log().substring(logged);
        assertFalse(log.contains(" WARN ") || log.contains(" ERROR "), log);
    }

    /** Whether the hello is good or not: it cost Redis as much. */
    @Test
    void theRoomsOfAHelloAreJoinsToo() {
        var token = PROVIDER.token("greedy");
        var rooms = IntStream.range(0, 20)
                .mapToObj(i -> "\"none-" + i + "\":null")
                .collect(Collectors.joining(",", "{", "}"));
        var hello = "{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\",\"rooms\":" + rooms + "}";
        try (var first = RawClient.stranger(CLUSTER.pod(0).port());
                var second = RawClient.stranger(CLUSTER.pod(0).port())) {
            assertEquals("welcome", first.ask(hello).path("type").asText());
            assertEquals("rate_limited", second.ask(hello).path("code").asText());
            assertEquals(4101, second.closeCode());
        }
        var events = as("greedy")
                .get(IntStream.range(0, 20)
                        .mapToObj(i -> "room=none-" + i)
                        .collect(Collectors.joining("&", "/api/events?", "")));
        assertEquals(429, events.status(), events.toString());
    }

    @Test
    void handshakesThatNeverComeToTheirEndKeepNobodyOut() throws IOException {
        var half = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: webso".getBytes(StandardCharsets.US_ASCII);
        var open = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 400; i++) {
                var socket = new Socket(
                        InetAddress.getLoopbackAddress(), CLUSTER.pod(0).port());
                socket.getOutputStream().write(half, 0, half.length - i % 40);
                open.add(socket);
            }
            var time = Promptness.begin();
            Listener.of(CLUSTER.pod(0).port(), PROVIDER.token("ana")).close();
            assertEquals(200, as("ana").get("/api/rooms").status());
            time.assertWithin(Duration.ofSeconds(1));
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }
}
