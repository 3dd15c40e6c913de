package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.process.IdentityProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * More than one user or address may do, over all pods. The tests run in order: the last one uses up the limit of this
 * address.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AbuseIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final int BURST = 30;
    private static final int PER_SECOND = 1;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .behind(PROVIDER)
            .with("bincang.limits.commands-per-second", Integer.toString(PER_SECOND))
            .with("bincang.limits.command-burst", Integer.toString(BURST))
            .with("bincang.limits.bad-tokens-per-minute", "5")
            .with("bincang.connection.max-per-address", "20");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    /** Each pod alone would accept a whole burst. While a slow machine sends it, more may be allowed: then this tries again. */
    @Test
    @Order(1)
    void aUserWithConnectionsToTwoPodsIsNoFasterInARoom() {
        var tries = new AtomicInteger();
        await().atMost(Duration.ofMinutes(2)).until(() -> sendsABurstToEachPod("fast-" + tries.incrementAndGet()));
    }

    /** Returns false if it took so long that the room would let all pass. */
    private static boolean sendsABurstToEachPod(String user) {
        var token = PROVIDER.token(user);
        try (var one = Listener.of(CLUSTER.pod(0).port(), token);
                var other = Listener.of(CLUSTER.pod(1).port(), token)) {
            var sent = new ArrayList<String>();
            var begun = System.nanoTime();
            for (int i = 0; i < BURST - 1; i++) { // hello took one of each
                for (var socket : List.of(one, other)) {
                    var answer = socket.ask("\"type\":\"send\",\"room\":\"paced\",\"text\":\"" + i + "\"");
                    sent.add(answer.path("code").asText("ok"));
                    if (sent.getLast().equals("rate_limited")) {
                        assertTrue(answer.path("retryAfterMs").asLong() > 0, answer.toString());
                    }
                }
            }
            var seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + 1;
            var most = BURST + seconds * PER_SECOND;
            var through = sent.stream().filter("ok"::equals).count();
            assertTrue(through >= BURST && through <= most, through + " of " + sent);
            return most < sent.size();
        }
    }

    @Test
    @Order(2)
    void theConnectionsOfAnAddressAreLimited() {
        var open = new ArrayList<RawClient>();
        for (int i = 0; i < 20; i++) {
            open.add(RawClient.stranger(CLUSTER.pod(0).port()));
        }
        var refused = assertThrows(
                RuntimeException.class, () -> RawClient.stranger(CLUSTER.pod(0).port()));
        assertTrue(String.valueOf(refused.getMessage()).contains("503"), refused.toString());

        open.removeFirst().close();
        await().ignoreExceptions()
                .untilAsserted(() -> open.add(RawClient.stranger(CLUSTER.pod(0).port())));
        open.forEach(RawClient::close);
    }

    /** The provider does not answer. Another limit than that of bad tokens: nobody knows yet whether these are. */
    @Test
    @Order(3)
    void anAddressHasOnlySoManyTokensThatWaitForTheProvidersKeys() {
        var pod = CLUSTER.pod(0).port();
        new Http(pod, PROVIDER.token("ana")).get("/api/rooms").ok();
        PROVIDER.hang();
        try (var evil = new IdentityProvider();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = IntStream.range(0, 8)
                    .mapToObj(i -> IdentityProvider.sign(
                            "ana", _ -> {}, "RS256", evil.key().getPrivateKey(), "unknown-" + i))
                    .map(token -> CompletableFuture.supplyAsync(
                            () -> new Http(pod, token).get("/api/rooms").status(), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .sorted()
                    .toList();
            assertEquals(List.of(429, 429, 429, 503, 503, 503, 503, 503), statuses);
            new Http(pod, PROVIDER.token("ana")).get("/api/rooms").ok();
        } finally {
            PROVIDER.answer();
        }
    }

    @Test
    @Order(4)
    void theInvalidTokensOfAnAddressAreLimited() {
        var pod = CLUSTER.pod(0).port();
        for (int i = 0; i < 5; i++) {
            assertEquals(401, new Http(pod, "no.token." + i).get("/api/rooms").status());
        }
        var late = new Http(pod, PROVIDER.token("ana")).get("/api/rooms");
        assertEquals(429, late.status());
        assertTrue(Integer.parseInt(late.headers().firstValue("Retry-After").orElseThrow()) > 0);
        try (var socket = RawClient.stranger(pod)) {
            var answer = socket.ask("{\"type\":\"hello\",\"req\":1,\"token\":\"x\"}");
            assertEquals("rate_limited", answer.path("code").asText());
            assertTrue(answer.path("retryAfterMs").asLong() > 0, answer.toString());
            assertEquals(4101, socket.closeCode());
        }
    }
}
