package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.Over;
import dev.bincang.testing.process.IdentityProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signals over every transport, between two pods, beside messages. */
class SignalsIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final AtomicInteger ROOMS = new AtomicInteger();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .behind(PROVIDER)
            .with("bincang.signals.per-second", "10000")
            .with("bincang.signals.burst", "10000");

    private final String room = "signals-" + ROOMS.incrementAndGet();
    private Listener ana;
    private Listener ben;

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    /** Both are members, so the room begins with two events. */
    @BeforeEach
    void twoMembers() {
        for (var user : List.of("ana", "ben")) {
            new Http(ports().getFirst(), PROVIDER.token(user))
                    .put("/api/rooms/" + room + "/members/" + user, "")
                    .ok();
        }
        ana = Listener.of(CLUSTER.pod(0).port(), PROVIDER.token("ana"));
        ben = Listener.of(CLUSTER.pod(1).port(), PROVIDER.token("ben"));
    }

    @AfterEach
    void hangUp() {
        ana.close();
        ben.close();
    }

    private static List<Integer> ports() {
        return List.of(CLUSTER.pod(0).port(), CLUSTER.pod(1).port());
    }

    private Ear ear(Over over) {
        return new Ear(over, ports(), PROVIDER.token("cid"), Map.of(room, "0-0"));
    }

    private CompletableFuture<JsonNode> send(Listener who, String command, String fields) {
        return who.later("\"type\":\"" + command + "\",\"room\":\"" + room + "\"," + fields);
    }

    private CompletableFuture<JsonNode> signal(Listener who, String name, int data) {
        return send(who, "signal", "\"name\":\"" + name + "\",\"data\":{\"i\":" + data + "}");
    }

    private void hasAll(Ear ear, long last) {
        await().until(() -> ear.seqs(room).contains(last));
        assertEquals(LongStream.rangeClosed(1, last).boxed().toList(), ear.seqs(room));
    }

    /** A signal that comes before the client listens is lost, so it is repeated. */
    private JsonNode heard(Ear ear, String type, Runnable repeat) {
        await().until(() -> {
            repeat.run();
            return !ear.heard(type).isEmpty();
        });
        return ear.heard(type).getFirst();
    }

    @ParameterizedTest
    @EnumSource
    void everyTransportCarriesSignalsAndTheyMoveNoPosition(Over over) {
        try (var ear = ear(over)) {
            hasAll(ear, 2);
            var signal = heard(
                    ear,
                    "signal",
                    () -> assertEquals(
                            "ok", signal(ana, "cursor", 7).join().path("type").asText()));
            assertEquals(
                    "{\"type\":\"signal\",\"room\":\"" + room
                            + "\",\"by\":{\"id\":\"ana\",\"name\":\"Name of ana\"},\"name\":\"cursor\",\"data\":{\"i\":7}}",
                    signal.toString());
            var typing = heard(
                    ear, "typing", () -> send(ben, "typing", "\"on\":true").join());
            assertEquals("ben", typing.at("/by/id").asText());

            send(ana, "send", "\"text\":\"hi\"").join();
            hasAll(ear, 3);
            signal(ben, "cursor", 8).join();
            var before = ear.connections();
            await().until(() -> {
                ear.hop();
                return ear.connections() > before;
            });
            send(ana, "send", "\"text\":\"ho\"").join();
            hasAll(ear, 4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aThousandSignalsBesideMessagesCostNoMessageAndNoOrder(Over over) {
        try (var ear = ear(over)) {
            hasAll(ear, 2);
            var answers = new ArrayList<CompletableFuture<JsonNode>>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(signal(i % 2 == 0 ? ana : ben, "n" + i % 100, i));
                if (i % 5 == 0) {
                    answers.add(send(i % 10 == 0 ? ana : ben, "send", "\"text\":\"m" + i + "\""));
                }
            }
            answers.forEach(
                    answer -> assertEquals("ok", answer.join().path("type").asText(), answer::toString));
            hasAll(ear, 202);
            heard(ear, "signal", () -> signal(ana, "last", 1).join());
        }
    }

    @Test
    void signalsAreCounted() {
        try (var ear = ear(Over.WEBSOCKET)) {
            hasAll(ear, 2);
            heard(ear, "signal", () -> signal(ana, "cursor", 1).join());
        }
        var metrics = CLUSTER.pod(0).metrics();
        assertTrue(metrics.contains("# HELP bincang_signals"), metrics);
        for (var outcome : List.of("published", "delivered", "coalesced", "dropped")) {
            assertTrue(metrics.contains("bincang_signals_total{outcome=\"" + outcome + "\"}"), metrics);
        }
        assertTrue(CLUSTER.pod(0).metric("bincang_signals_total{outcome=\"published\"}") > 0, metrics);
    }
}
