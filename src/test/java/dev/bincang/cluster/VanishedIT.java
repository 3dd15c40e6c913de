package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Over;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.client.WebSocketWire;
import dev.bincang.testing.process.FaultProxy;
import dev.bincang.testing.process.FaultProxy.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Clients whose network has failed: nobody closes their connections, and TCP notices it only much later. */
class VanishedIT {

    private static final AtomicInteger ROOMS = new AtomicInteger();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.connection.ping-interval", "1s")
            .with("bincang.http.heartbeat", "1s")
            .with("bincang.http.max-wait", "2s")
            .with("bincang.http.stream-time", "2s");

    private final String room = "vanished-" + ROOMS.incrementAndGet();
    private final Http ana = Http.guest(CLUSTER.pod(0).port(), "Ana");

    private static double open() {
        return CLUSTER.pod(0).metric("bincang_connections");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "POLL")
    void aClientThatVanishesIsNotCountedAnyMore(Over over) {
        try (var network = new FaultProxy(CLUSTER.pod(0).port());
                var ear = new Ear(over, List.of(network.port()), ana.token(), Map.of(room, ""))) {
            await().until(() -> open() == 1);
            network.freezeAll();
            await().atMost(Duration.ofMinutes(2)).until(() -> open() == 0);
            assertEquals(1, network.open(Kind.ANY)); // the network did not tell the pod
            assertEquals(1, ear.connections());
        }
    }

    /** It stands still for longer than a client may be silent. */
    @Test
    void aPodThatStoodStillDisconnectsNobody() throws IOException {
        var pod = CLUSTER.pod(0);
        try (var client = RawClient.guest(pod.port())) {
            pod.freeze();
            await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            pod.thaw();
            for (int pings = 0; pings < 3; ) {
                var frame = client.wire().read();
                assertNotEquals(WebSocketWire.CLOSE, frame.opcode(), frame::text);
                pings += frame.opcode() == WebSocketWire.PING ? 1 : 0;
            }
        } finally {
            pod.thaw();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "EVENTS"})
    void aClientThatStaysRenewsItsStreamsAndMissesNothing(Over over) {
        try (var ear = new Ear(over, List.of(CLUSTER.pod(0).port()), ana.token(), Map.of(room, "0-0"))) {
            var sent = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> {
                        ana.say(room, "no. " + sent.incrementAndGet());
                        return ear.connections() > 3;
                    });
            var all = LongStream.rangeClosed(1, sent.get()).boxed().toList();
            await().until(() -> ear.seqs(room).size() >= all.size());
            assertEquals(all, ear.seqs(room));
            assertEquals(3, ear.heard("drain").size());
            var codes = ear.heard("close").stream()
                    .map(close -> close.path("code").asInt())
                    .toList();
            assertEquals(List.of(4205, 4205, 4205), codes);
        }
    }
}
