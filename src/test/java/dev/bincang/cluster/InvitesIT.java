package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Http.Answer;
import dev.bincang.testing.process.IdentityProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups and invitation links over HTTP, with two pods of the packaged server. */
class InvitesIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final int JOINS = 50;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .behind(PROVIDER)
            .with("quarkus.log.level", "DEBUG")
            .with("bincang.auth.guests", "true")
            .with("bincang.rooms.open", "false")
            .with("bincang.invites.guests", "false")
            .with("bincang.limits.invites-per-minute", "1000")
            .with("bincang.limits.bad-invites-per-minute", "1000")
            .with("bincang.limits.joins-per-minute", "" + JOINS);

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static Http as(String user, int pod) {
        return new Http(CLUSTER.pod(pod).port(), PROVIDER.token(user));
    }

    /** The path of a private room of that user. */
    private static String room(String owner, String body) {
        return "/api/rooms/"
                + as(owner, 0).post("/api/rooms", body).ok().body().path("id").asText();
    }

    private static JsonNode link(String owner, String room, String body) {
        var made = as(owner, 0).post(room + "/invites", body);
        assertEquals(201, made.status(), made.toString());
        return made.body();
    }

    private static String path(JsonNode link) {
        return "/api/invites/" + link.path("token").asText();
    }

    private static void refused(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals(code, answer.code(), answer.toString());
    }

    private static List<String> texts(JsonNode items, String field) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(one -> one.path(field).asText())
                .toList();
    }

    private static String json(List<String> members) {
        return members.stream().collect(Collectors.joining("\",\"", "{\"kind\":\"private\",\"members\":[\"", "\"]}"));
    }

    // ---- groups

    @Test
    void aGroupIsThereForItsMembersOnEveryPod() {
        var room =
                room("gina", "{\"kind\":\"private\",\"name\":\"Us\",\"members\":[\"gus\",\"gil\",\"gus\",\"gina\"]}");

        for (var member : List.of("gus", "gil")) {
            assertEquals("Us", as(member, 1).get(room).ok().body().path("name").asText());
            var listed = as(member, 1).get("/api/rooms").ok().body().path("items");
            assertEquals("Us", listed.at("/0/room/name").asText());
            var inbox = as(member, 1)
                    .post("/api/commands", "{\"type\":\"history\",\"req\":1,\"room\":\"@" + member + "\"}")
                    .ok()
                    .body()
                    .path("events");
            assertEquals(List.of("added"), texts(inbox, "change"));
        }
        assertEquals(3, as("gus", 1).get(room).body().path("members").asInt());
        refused(404, "not_found", as("eva", 1).get(room));
    }

    @Test
    void aGroupWithBadMembersIsRefused() {
        var tooMany = IntStream.rangeClosed(0, 100).mapToObj(i -> "u" + i).toList();
        for (var members : List.of(tooMany, List.of("ben", ".."), List.of("ben", ""))) {
            refused(400, "bad_request", as("hugo", 0).post("/api/rooms", json(members)));
        }
        refused(400, "bad_request", as("hugo", 0).post("/api/rooms", "{\"members\":\"ben\"}"));
        refused(400, "bad_request", as("hugo", 0).post("/api/rooms", "{\"members\":[null]}"));
        refused(400, "bad_request", as("hugo", 0).post("/api/rooms", "{\"members\":[{}]}"));

        assertEquals(0, as("hugo", 0).get("/api/rooms").body().path("items").size());
        assertEquals(0, as("ben", 0).get("/api/rooms").body().path("items").size());
    }

    @Test
    void whoAddsTooManyLearnsWhoIsNotAdded() {
        var room = room("ida", "{\"kind\":\"private\"}");
        var users = IntStream.range(0, 100).mapToObj(i -> "v" + i).toList();

        var results =
                as("ida", 0).post(room + "/members", json(users)).ok().body().path("results");

        assertEquals(users, texts(results, "user"));
        assertEquals("added", results.path(0).path("result").asText());
        var last = results.path(99);
        assertEquals("refused", last.path("result").asText());
        assertEquals("rate_limited", last.path("code").asText());
        var added = texts(results, "result").stream().filter("added"::equals).count();
        assertTrue(added >= JOINS, added + " were added");
        assertEquals(1 + added, as("ida", 1).get(room).body().path("members").asInt());
        refused(400, "bad_request", as("ida", 0).post(room + "/members", "{}"));
        refused(404, "not_found", as("eva", 0).post(room + "/members", json(List.of("ben"))));
    }

    // ---- links

    @Test
    void aLinkIsMadeOpenedAcceptedListedAndRevoked() {
        var room = room("jana", "{\"kind\":\"private\",\"name\":\"Tea\"}");
        var link = link("jana", room, "{\"expiresIn\":3600,\"uses\":2,\"role\":\"member\"}");
        assertEquals(2, link.path("uses").asInt());

        var shown = as("kim", 1).get(path(link)).ok().body();
        assertEquals("Tea", shown.path("name").asText());
        assertEquals(1, shown.path("members").asInt());

        var joined = as("kim", 1).post(path(link), "").ok().body();
        assertEquals("member", joined.path("role").asText());
        assertEquals(shown.path("room"), joined.path("id"));
        assertEquals(200, as("kim", 0).post(path(link), "{}").status(), "again");

        var listed = as("jana", 1).get(room + "/invites").ok().body().path("items");
        assertEquals(List.of(link.path("id").asText()), texts(listed, "id"));
        assertEquals(1, listed.path(0).path("uses").asInt());
        assertEquals("jana", listed.path(0).path("by").asText());
        assertTrue(listed.path(0).path("active").asBoolean());
        assertTrue(listed.path(0).path("token").isMissingNode());
        refused(403, "forbidden", as("kim", 1).get(room + "/invites"));
        refused(403, "forbidden", as("kim", 1).post(room + "/invites", "{}"));

        assertEquals(
                204,
                as("jana", 1)
                        .delete(room + "/invites/" + link.path("id").asText())
                        .status());
        refused(404, "not_found", as("lea", 0).get(path(link)));
        refused(404, "not_found", as("lea", 0).post(path(link), ""));
        refused(401, "unauthorized", new Http(CLUSTER.pod(0).port(), "").post(path(link), ""));
    }

    @Test
    void wrongValuesAreRefused() {
        var room = room("mia", "{\"kind\":\"private\"}");
        for (var wrong : List.of(
                "{\"expiresIn\":0}",
                "{\"expiresIn\":2592001}",
                "{\"expiresIn\":\"x\"}",
                "{\"uses\":0}",
                "{\"uses\":1001}",
                "{\"role\":\"owner\"}",
                "{\"role\":\"x\"}")) {
            refused(400, "bad_request", as("mia", 0).post(room + "/invites", wrong));
        }
        assertEquals(
                0, as("mia", 0).get(room + "/invites").ok().body().path("items").size());
    }

    @Test
    void guestsStayOutIfTheSettingSaysSo() {
        var link = link("nina", room("nina", "{\"kind\":\"private\"}"), "{}");
        var guest = Http.guest(CLUSTER.pod(1).port(), "Gast");

        refused(403, "forbidden", guest.post(path(link), ""));
        assertEquals(0, guest.get("/api/rooms").ok().body().path("items").size());
    }

    @Test
    void aBanFromEverywhereEndsTheLinksOfAUserOnEveryPod() {
        var link = link("olga", room("olga", "{\"kind\":\"private\"}"), "{}");
        var admin = new Http(CLUSTER.pod(0).port(), PROVIDER.admin("root"));
        assertEquals(204, admin.put("/api/users/olga/ban", "{}").status());

        await().until(() -> as("pia", 1).get(path(link)).status() == 404);
        refused(404, "not_found", as("pia", 0).post(path(link), ""));
    }

    /** Whichever pod they ask, at the same time: each use admits one of them. */
    @Test
    void theLastUseAdmitsExactlyOneOverTwoPods() throws Exception {
        var room = room("rosa", "{\"kind\":\"private\"}");
        for (int round = 0; round < 5; round++) {
            var link = link("rosa", room, "{\"uses\":1}");
            var start = new CountDownLatch(1);
            var answers = new ArrayList<Future<Answer>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    var racer = as("racer" + round + "-" + i, i % 2);
                    answers.add(threads.submit(() -> {
                        start.await();
                        return racer.post(path(link), "");
                    }));
                }
                start.countDown();
            }
            var entered = 0;
            for (var answer : answers) {
                if (answer.get().status() == 200) {
                    entered++;
                } else {
                    refused(404, "not_found", answer.get());
                }
            }
            assertEquals(1, entered);
            assertEquals(
                    2 + round, as("rosa", 1).get(room).body().path("members").asInt());
        }
    }

    /** At DEBUG too, for a link that admits users and for one that does not. */
    @Test
    void noTokenIsInALogOrAMetric() {
        var link = link("sven", room("sven", "{\"kind\":\"private\"}"), "{}");
        var token = link.path("token").asText();
        var secret = token.substring(token.lastIndexOf('.') + 1);
        var guess = "guess-of-a-secret-1234";
        for (int pod = 0; pod < 2; pod++) {
            var tom = as("tom", pod);
            tom.get(path(link)).ok();
            tom.post(path(link), "").ok();
            tom.put(path(link), "");
            refused(404, "not_found", tom.get("/api/invites/general." + guess));
            refused(401, "unauthorized", new Http(CLUSTER.pod(pod).port(), "").get(path(link)));
        }
        for (var pod : List.of(CLUSTER.pod(0), CLUSTER.pod(1))) {
            assertTrue(pod.log().contains(" DEBUG "), "the pod does not log at DEBUG");
            for (var text : List.of(pod.log(), pod.metrics())) {
                assertFalse(text.contains(secret), () -> lines(text, secret));
                assertFalse(text.contains(guess), () -> lines(text, guess));
            }
        }
    }

    private static String lines(String text, String what) {
        return text.lines().filter(line -> line.contains(what)).limit(5).collect(Collectors.joining("\n"));
    }
}
