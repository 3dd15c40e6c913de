package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Crowd;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a crowd that only takes up places does to other users. Only in the profile {@code floods}. */
@Tag("flood")
class FloodIT {

    private static final int MANY = 10_000;
    private static final int SLOW = 2_000;
    private static final long MOST_MS = 1_000;
    /** Resident memory for a connection without hello. It includes what the JVM grows by anyway. */
    private static final long MOST_BYTES = 24 * 1024;

    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /ws HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: bincang.v1",
            "",
            "");

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1);

    @Test
    void tenThousandConnectionsWithoutHelloAreAllClosed() throws IOException {
        var pod = CLUSTER.pod(0);
        var before = pod.rss();
        try (var crowd = new Crowd(pod.port(), MANY, UPGRADE)) {
            var slowestMs = chatUntil(() -> crowd.closed(4104) + crowd.closed(1006) == MANY);
            assertEquals(MANY, crowd.upgraded());
            assertEquals(MANY, crowd.closed(4104));
            var each = (pod.rss() - before) / MANY;
            System.out.printf("%d without a hello: slowest message %d ms, %d bytes each%n", MANY, slowestMs, each);
            assertTrue(slowestMs < MOST_MS, slowestMs + " ms");
            assertTrue(each < MOST_BYTES, each + " bytes");
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> pod.metric("bincang_connections") == 0);
    }

    @Test
    void twoThousandUnfinishedRequestsKeepNobodyOut() throws IOException {
        var pod = CLUSTER.pod(0);
        try (var crowd = new Crowd(pod.port(), SLOW, UPGRADE.substring(0, UPGRADE.length() - 2))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> crowd.opened() == SLOW);
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            var slowestMs = chatUntil(() -> System.nanoTime() > end);
            System.out.printf("%d halves of a request: slowest message %d ms%n", SLOW, slowestMs);
            assertEquals(0, crowd.upgraded());
            assertTrue(slowestMs < MOST_MS, slowestMs + " ms");
        }
    }

    /** New users connect, send and leave while another one listens. Returns the time of the slowest one. */
    private long chatUntil(BooleanSupplier enough) {
        var room = CLUSTER.scene().room();
        var port = CLUSTER.pod(0).port();
        var token = "";
        try (var first = RawClient.stranger(port)) {
            token = first.ask("{\"type\":\"hello\",\"req\":0,\"guest\":\"Ana\"}")
                    .path("token")
                    .asText();
        }
        var slowestNanos = 0L;
        var end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        try (var listener = Listener.of(port, token, room)) {
            for (int said = 1; !enough.getAsBoolean(); said++) {
                assertTrue(System.nanoTime() < end, "it takes too long");
                var started = System.nanoTime();
                try (var guest = RawClient.guest(port)) {
                    guest.ask("{\"type\":\"send\",\"req\":1,\"room\":\"" + room + "\",\"text\":\"hi\"}");
                }
                var count = said;
                await().pollInterval(Duration.ofMillis(1))
                        .pollDelay(Duration.ZERO)
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> listener.events(room).size() == count);
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - started);
                await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            }
            assertEquals(0, listener.closeCode());
        }
        return TimeUnit.NANOSECONDS.toMillis(slowestNanos);
    }
}
