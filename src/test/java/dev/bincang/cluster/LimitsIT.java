package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.Waits;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.history.Checker.Allow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a connection begins, what it may do, and the close codes if it breaks the rules. */
class LimitsIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.connection.hello-timeout", "5s")
            .with("bincang.connection.ping-interval", "1s")
            .with("bincang.connection.max", "60")
            .with("bincang.limits.rooms", "3")
            .with("bincang.limits.moderations-per-minute", "10")
            .with("bincang.limits.commands-per-second", "20")
            .with("bincang.limits.command-burst", "30");

    private static RawClient stranger() {
        return RawClient.stranger(CLUSTER.pod(0).port());
    }

    private static RawClient guest() {
        return RawClient.guest(CLUSTER.pod(0).port());
    }

    private static void refused(String code, JsonNode answer) {
        assertEquals(code, answer.path("code").asText(), answer.toString());
        assertEquals(7, answer.path("req").asLong(), answer.toString());
    }

    private static void lives(RawClient client) {
        assertEquals(
                "welcome",
                client.ask("{\"type\":\"hello\",\"req\":1,\"guest\":\"Ana\"}")
                        .path("type")
                        .asText());
    }

    @Test
    void welcomeContainsTheUserAndTheLimits() {
        try (var client = stranger()) {
            var welcome = client.ask(
                    "{\"type\":\"hello\",\"req\":1,\"guest\":\" Ana \",\"rooms\":{\"r\":\"0-0\",\"s\":null}}");
            assertEquals("Ana", welcome.at("/user/name").asText());
            assertEquals(1, welcome.path("protocol").asInt());
            assertEquals(1000, welcome.path("pingMs").asInt());
            assertEquals("ok", welcome.at("/rooms/r/state").asText());
            assertEquals("0-0", welcome.at("/rooms/s/head").asText());
            assertEquals(
                    "{\"frameBytes\":32768,\"textLength\":4000,\"rooms\":3,\"commandsPerSecond\":20,"
                            + "\"commandBurst\":30,\"commandsInFlight\":64,\"historyPage\":200}",
                    welcome.path("limits").toString());

            try (var again = stranger()) {
                var same = again.ask("{\"type\":\"hello\",\"req\":2,\"token\":" + welcome.path("token") + "}");
                assertEquals(welcome.path("user"), same.path("user"));
            }
        }
    }

    @Test
    void aConnectionWithoutHelloIsClosed() {
        try (var client = stranger()) {
            assertEquals(4104, client.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"req\":7,\"type\":\"ping\"}",
                "{\"req\":7,\"type\":\"join\",\"room\":\"r\"}",
                "{\"req\":7,\"type\":\"leave\",\"room\":\"r\"}",
                "{\"req\":7,\"type\":\"history\",\"room\":\"r\"}",
                "{\"req\":7,\"type\":\"send\",\"room\":\"r\",\"text\":\"hi\"}",
            })
    void aCommandBeforeHelloIsRefusedAndTheConnectionStays(String frame) {
        try (var client = stranger()) {
            refused("unauthorized", client.ask(frame));
            lives(client);
        }
    }

    @Test
    void aClientThatSendsOnlyNonsenseIsDisconnected() {
        try (var client = stranger()) {
            IntStream.range(0, 5).forEach(_ -> client.send("GET / HTTP/1.1"));
            assertEquals(4000, client.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"guest\":\"\"",
                "\"guest\":\" \"",
                "\"guest\":\"a\\u0000\"",
                "\"guest\":\"a\\nb\"",
                "\"guest\":\"\\ud800\"",
                "\"guest\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
                "\"guest\":5",
                "\"guest\":\"Ana\",\"protocol\":\"1\"",
                "\"guest\":\"Ana\",\"rooms\":[]",
                "\"guest\":\"Ana\",\"rooms\":\"r\"",
                "\"guest\":\"Ana\",\"rooms\":{\"R\":null}",
                "\"guest\":\"Ana\",\"rooms\":{\"\":null}",
                "\"guest\":\"Ana\",\"rooms\":{\"r\":5}",
                "\"guest\":\"Ana\",\"rooms\":{\"r\":\"x\"}",
            })
    void aBadHelloIsRefusedAndAGoodOneMayFollow(String fields) {
        try (var client = stranger()) {
            refused("bad_request", client.ask("{\"req\":7,\"type\":\"hello\"," + fields + "}"));
            lives(client);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "unauthorized 4001 \"x\":1",
                "unauthorized 4001 \"token\":\"\"",
                "unauthorized 4001 \"token\":\"x\"",
                "unauthorized 4001 \"token\":\"a.b.c\"",
                // {"alg":"none"} . {"iss":"bincang","sub":"root","name":"root","exp":99999999999} .
                "unauthorized 4001 \"token\":\"eyJhbGciOiJub25lIn0.eyJpc3MiOiJiaW5jYW5nIiwic3ViIjoicm9vdCIsIm5hbWUiOiJyb290IiwiZXhwIjo5OTk5OTk5OTk5OX0.\"",
                "bad_request 4002 \"guest\":\"Ana\",\"protocol\":2",
                "bad_request 4002 \"guest\":\"Ana\",\"protocol\":0",
            })
    void aRefusedUserIsToldWhyAndDisconnected(String code, int close, String fields) {
        try (var client = stranger()) {
            refused(code, client.ask("{\"req\":7,\"type\":\"hello\"," + fields + "}"));
            assertEquals(close, client.closeCode());
        }
    }

    @Test
    void tooManyRoomsAreRefusedUntilOneIsLeft() {
        try (var client = stranger()) {
            refused(
                    "limit_reached",
                    client.ask("{\"req\":7,\"type\":\"hello\",\"guest\":\"Ana\","
                            + "\"rooms\":{\"a\":null,\"b\":null,\"c\":null,\"d\":null}}"));
            lives(client);
            for (var room : new String[] {"a", "b", "c"}) {
                assertEquals("ok", join(client, room).path("type").asText());
            }
            refused("limit_reached", join(client, "d"));
            refused("bad_request", join(client, "a"));
            client.ask("{\"req\":8,\"type\":\"leave\",\"room\":\"a\"}");
            assertEquals("ok", join(client, "d").path("type").asText());
        }
    }

    private static JsonNode join(RawClient client, String room) {
        return client.ask("{\"req\":7,\"type\":\"join\",\"room\":\"" + room + "\"}");
    }

    @Test
    void tooManyCommandsAtOnceAreRefusedWithAWaitingTime() {
        try (var client = guest()) {
            IntStream.range(0, 60).forEach(_ -> client.send("{\"req\":7,\"type\":\"ping\"}"));
            var answers = IntStream.range(0, 60).mapToObj(_ -> client.answer()).toList();
            var kinds = answers.stream()
                    .collect(Collectors.groupingBy(answer -> answer.path("type").asText()));
            assertTrue(kinds.get("ok").size() >= 29, answers.toString());
            kinds.get("error").forEach(error -> {
                refused("rate_limited", error);
                assertTrue(error.path("retry").asBoolean(), error.toString());
                assertTrue(error.path("retryAfterMs").asLong() > 0, error.toString());
            });
            Promptness.awaitWithin(
                    Duration.ofSeconds(2),
                    () -> client.ask("{\"req\":7,\"type\":\"ping\"}")
                            .path("type")
                            .asText()
                            .equals("ok"));
        }
    }

    @Test
    void byHttpAUserHasOnePaceToo() {
        var history = "{\"type\":\"history\",\"req\":1,\"room\":\"general\"}";
        var all =
                "[" + String.join(",", Collections.nCopies(64, history)) + "]"; // in 1.7 seconds they would be too slow

        var answers = Http.guest(CLUSTER.pod(0).port(), "Ana")
                .post("/api/commands", all)
                .ok()
                .body()
                .findValuesAsText("code");

        assertTrue(answers.contains("rate_limited"), answers.toString());
    }

    @Test
    void whoModeratesHasAPaceSoThatNobodyPushesEntriesOutOfTheTrail() {
        var owner = Http.guest(CLUSTER.pod(0).port(), "Ana");
        var rooms = owner.post("/api/rooms", "{}").ok().body().path("id").asText();

        var statuses = IntStream.range(0, 12)
                .mapToObj(i -> owner.put("/api/rooms/" + rooms + "/mutes/user-" + i, "{}"))
                .toList();

        assertEquals(204, statuses.getFirst().status(), statuses.toString());
        assertEquals("rate_limited", statuses.getLast().code(), statuses.toString());
    }

    @Test
    void aClientThatDoesNotWaitIsDisconnected() {
        try (var client = guest()) {
            IntStream.range(0, 250).forEach(_ -> client.send("{\"req\":7,\"type\":\"ping\"}"));
            assertEquals(4101, client.closeCode());
        }
    }

    @Test
    void aFullPodAcceptsNobodyUntilSomebodyLeaves() {
        var crowd = new ArrayList<RawClient>();
        try {
            var full = assertThrows(
                    UncheckedIOException.class, () -> IntStream.range(0, 61).forEach(_ -> crowd.add(stranger())));
            assertTrue(full.getMessage().contains("503"), full.getMessage());
            assertTrue(full.getMessage().matches("(?s).*Retry-After: ([5-9]|10)\\b.*"), full.getMessage());
            assertTrue(!CLUSTER.pod(0).ready(), "a full pod is ready");
        } finally {
            crowd.forEach(RawClient::close);
        }
        await().ignoreExceptions().atMost(Duration.ofMinutes(1)).until(() -> {
            guest().close();
            return CLUSTER.pod(0).ready();
        });
    }

    /** Each of them is accepted by the limit, and then refused for another reason. */
    @Test
    void failedUpgradesTakeNoPlaceFromOthers() throws IOException {
        var bad = String.join(
                "\r\n",
                "GET /ws HTTP/1.1",
                "Host: 127.0.0.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 99",
                "",
                "");
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), CLUSTER.pod(0).port())) {
            socket.setSoTimeout(Waits.LONG_MS);
            for (int i = 0; i < 100; i++) {
                socket.getOutputStream().write(bad.getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals('H', socket.getInputStream().read());
            guest().close();
        }
    }

    @Test
    void onlyAClientThatAnswersNoPingIsDisconnected() {
        try (var scene = CLUSTER.scene().everywhere(1);
                var dead = guest()) {
            dead.wire().answerNoPings();
            assertEquals(4201, dead.closeCode());
            scene.check(EnumSet.noneOf(Allow.class));
        }
    }
}
