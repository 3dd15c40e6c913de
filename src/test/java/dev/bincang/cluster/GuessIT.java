package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.process.IdentityProvider;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody guesses the name of a private room, over every transport. */
class GuessIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final int ATTEMPTS = 5;
    private static final String NOWHERE = "r.00000000000000000000000000000000";

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .behind(PROVIDER)
            .with("bincang.rooms.open", "false")
            .with("bincang.limits.commands-per-second", "1000")
            .with("bincang.limits.command-burst", "1000")
            .with("bincang.limits.moderations-per-minute", "1000")
            .with("bincang.limits.reports-per-minute", "1000");

    private String room;
    private String message;

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
        message = owner.post(
                        "/api/commands", "{\"type\":\"send\",\"req\":1,\"room\":\"" + room + "\",\"text\":\"secret\"}")
                .ok()
                .body()
                .path("id")
                .asText();
    }

    private interface Attempt {
        JsonNode at(String room);
    }

    private Map<String, Attempt> attempts(Listener socket, Http http) {
        var all = new TreeMap<String, Attempt>();
        all.put("join", at -> socket.ask("\"type\":\"join\",\"room\":\"" + at + "\""));
        all.put("resume", at -> socket.ask("\"type\":\"join\",\"room\":\"" + at + "\",\"after\":\"" + message + "\""));
        all.put("send", at -> socket.ask("\"type\":\"send\",\"room\":\"" + at + "\",\"text\":\"x\""));
        all.put("history", at -> socket.ask("\"type\":\"history\",\"room\":\"" + at + "\""));
        all.put(
                "older",
                at -> socket.ask("\"type\":\"history\",\"room\":\"" + at + "\",\"before\":\"" + message + "\""));
        for (var page : List.of("\"after\":\"%s\"", "\"around\":\"%s\"", "\"ids\":[\"%s\"]")) {
            all.put(page, at -> socket.ask("\"type\":\"history\",\"room\":\"" + at + "\"," + page.formatted(message)));
        }
        all.put("search", at -> socket.ask("\"type\":\"search\",\"room\":\"" + at + "\",\"words\":\"hi\""));
        all.put(
                "edit",
                at -> socket.ask(
                        "\"type\":\"edit\",\"room\":\"" + at + "\",\"target\":\"" + message + "\",\"text\":\"x\""));
        all.put(
                "delete",
                at -> socket.ask("\"type\":\"delete\",\"room\":\"" + at + "\",\"target\":\"" + message + "\""));
        all.put(
                "report",
                at -> socket.ask(
                        "\"type\":\"report\",\"room\":\"" + at + "\",\"target\":\"" + message + "\",\"reason\":\"x\""));
        for (var what : List.of("claim", "resolve")) {
            all.put(
                    what,
                    at -> http.post("/api/rooms/" + at + "/reports/0123456789abcdef/" + what, "{\"outcome\":\"x\"}")
                            .body());
        }
        for (var path : List.of("", "/members", "/barred", "/messages/" + message + "/versions", "/reports")) {
            all.put("GET " + path, at -> http.get("/api/rooms/" + at + path).body());
        }
        all.put(
                "PATCH",
                at -> http.patch("/api/rooms/" + at, "{\"topic\":\"x\"}").body());
        all.put("DELETE", at -> http.delete("/api/rooms/" + at).body());
        for (var path : List.of("members/ben", "members/thief", "bans/ben", "mutes/ben")) {
            all.put(
                    "PUT " + path,
                    at -> http.put("/api/rooms/" + at + "/" + path, "").body());
            all.put(
                    "DELETE " + path,
                    at -> http.delete("/api/rooms/" + at + "/" + path).body());
        }
        all.put(
                "commands",
                at -> http.post("/api/commands", "{\"type\":\"history\",\"req\":1,\"room\":\"" + at + "\"}")
                        .body());
        return all;
    }

    /** The same words, and the same number of calls of Redis: the time of the answer tells no more than its text. */
    @TestFactory
    Stream<DynamicTest> aPrivateRoomLooksLikeAMissingRoom() {
        var socket = Listener.of(CLUSTER.pod(0).port(), PROVIDER.token("thief"));
        return attempts(socket, as("thief")).entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    each.getValue().at(NOWHERE);
                    var there = counted(() -> each.getValue().at(room));
                    var nowhere = counted(() -> each.getValue().at(NOWHERE));

                    assertEquals("not_found", there.answer.path("code").asText(), there.answer.toString());
                    assertEquals(said(nowhere.answer), said(there.answer));
                    assertEquals(nowhere.calls, there.calls);
                }))
                .onClose(socket::close);
    }

    private record Counted(JsonNode answer, Map<String, Long> calls) {}

    private static String said(JsonNode answer) {
        return answer.path("code").asText() + ": " + answer.path("message").asText()
                + answer.path("detail").asText();
    }

    /** The smallest number of calls in several attempts, because the pods' leases and links call Redis too. */
    private static Counted counted(Supplier<JsonNode> attempt) {
        var least = new TreeMap<String, Long>();
        var answer = attempt.get();
        for (int i = 0; i < ATTEMPTS; i++) {
            var before = calls();
            answer = attempt.get();
            calls().forEach((command, count) ->
                    least.merge(command, count - before.getOrDefault(command, 0L), Math::min));
        }
        return new Counted(answer, least);
    }

    /** The commands that read a room. The pods' pulses use other commands. */
    private static Map<String, Long> calls() {
        var calls = new TreeMap<String, Long>();
        var stats = (String) CLUSTER.redis().command("INFO", "commandstats");
        for (var line : stats.split("\r\n", -1)) {
            var name = line.replaceFirst("^cmdstat_([a-z|]+):.*", "$1");
            if (List.of("evalsha", "hget", "hmget", "hlen", "hscan", "xrange", "xrevrange", "xadd", "sadd")
                    .contains(name)) {
                calls.put(name, Long.parseLong(line.replaceFirst("^[^:]*:calls=(\\d+),.*", "$1")));
            }
        }
        return calls;
    }

    @Test
    void aPrivateRoomIsDeniedInHelloToo() {
        try (var socket = Listener.stranger(CLUSTER.pod(1).port())) {
            var welcome = socket.hello(PROVIDER.token("thief"), Map.of(room, "\"" + message + "\"", NOWHERE, "null"));
            assertEquals(
                    "{\"state\":\"denied\"}", welcome.path("rooms").path(room).toString());
            assertEquals(
                    "{\"state\":\"denied\"}",
                    welcome.path("rooms").path(NOWHERE).toString());
            assertEquals(List.of(), socket.events(room));
        }
    }

    @Test
    void itIsDeniedToAPollToo() {
        var poll = "/api/events?room=";
        as("thief").get(poll + NOWHERE);
        var there = counted(() -> as("thief").get(poll + room).body());
        var nowhere = counted(() -> as("thief").get(poll + NOWHERE).body());

        assertEquals(nowhere.answer.toString().replace(NOWHERE, room), there.answer.toString());
        assertEquals(nowhere.calls, there.calls);
        assertFalse(there.answer.toString().contains("secret"), there.answer::toString);
        assertTrue(there.answer.toString().contains("denied"), there.answer::toString);
    }

    @Test
    void theInboxOfAnotherUserAndTheAuditTrailSeemNotToExist() {
        for (var closed : List.of("@owner", "@", "r.audit", "r.reports")) {
            var answer =
                    as("thief").post("/api/commands", "{\"type\":\"history\",\"req\":1,\"room\":\"" + closed + "\"}");
            assertTrue(List.of("not_found", "bad_request").contains(answer.code()), closed + " " + answer);
        }
    }
}
