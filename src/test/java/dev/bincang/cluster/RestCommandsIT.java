package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Http.Answer;
import dev.bincang.testing.process.IdentityProvider;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands without a connection, tickets, and requests from pages of other sites. */
class RestCommandsIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.limits.rooms-per-minute", "1000")
            .with("bincang.http.origins", "self,https://chat.example")
            .with("bincang.rooms.open", "false")
            .behind(PROVIDER);

    private static final String SEND = "{\"type\":\"send\",\"req\":1,\"room\":\"talk\",\"key\":\"k1\",\"text\":\"hi\"}";

    private final Http ana = as(PROVIDER.token("ana"));
    private final Http nobody = as("");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @BeforeEach
    void aRoom() {
        ana.post("/api/rooms", "{\"id\":\"talk\"}");
    }

    private static Http as(String token) {
        return new Http(CLUSTER.pod(0).port(), token);
    }

    private Answer commands(String body) {
        return ana.post("/api/commands", body);
    }

    private static void is(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals(code, answer.code(), answer.toString());
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void aCommandWithAKeyHasOneEffect() {
        var first = commands(SEND).ok().body();
        var again = commands(SEND).ok().body();
        assertEquals("ok", first.path("type").asText());
        assertEquals(1, first.path("req").asInt());
        assertEquals(first.path("id"), again.path("id"));
        assertTrue(again.path("duplicate").asBoolean(), again.toString());
    }

    @Test
    void theStatusOfASingleCommandIsThatOfItsError() {
        is(404, "not_found", commands(SEND.replace("talk", "none")));
        is(400, "bad_request", commands(SEND.replace("send", "shout")));
        is(400, "bad_request", commands("{"));
        is(400, "bad_request", commands(""));
        is(413, "too_large", commands(SEND.replace("hi", "x".repeat(40_000))));
        assertEquals("error", commands("{}").body().path("type").asText());
    }

    @Test
    void anArrayIsAnsweredInOrderIncludingRefusals() {
        var answer = commands(("[{'type':'send','req':1,'room':'talk','text':'one'},{'type':'send','req':2},5,"
                        + "{'type':'send','req':3,'room':'none','text':'x'},"
                        + "{'type':'send','req':4,'room':'talk','text':'two'},"
                        + "{'type':'history','req':5,'room':'talk','limit':2}]")
                .replace('\'', '"'));
        assertEquals(200, answer.status());
        var all = answer.body();
        assertEquals(6, all.size());
        assertEquals("ok", all.at("/0/type").asText());
        assertEquals("bad_request", all.at("/1/code").asText());
        assertEquals(2, all.at("/1/req").asInt());
        assertEquals("bad_request", all.at("/2/code").asText());
        assertEquals("not_found", all.at("/3/code").asText());
        assertEquals("ok", all.at("/4/type").asText());
        assertEquals("one", all.at("/5/events/0/text").asText(), all.toString());
        assertEquals(all.at("/4/id"), all.at("/5/events/1/id"), all.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'hello','guest':'x'",
                "'auth','token':'x'",
                "'join','room':'talk'",
                "'leave','room':'talk'",
                "'ping'"
            })
    void aCommandThatNeedsAConnectionIsRefused(String command) {
        var answer = commands(("{'req':7,'type':" + command + "}").replace('\'', '"'));
        is(400, "bad_request", answer);
        assertTrue(answer.body().path("message").asText().startsWith("type: "), answer.toString());
        assertEquals(7, answer.body().path("req").asInt());
    }

    @Test
    void anEmptyArrayIsAnsweredByAnEmptyArray() {
        var answer = commands(" []");
        assertEquals(200, answer.status());
        assertEquals("[]", answer.body().toString());
    }

    @Test
    void tooManyCommandsAreRefusedAsAWhole() {
        var last = ana.get("/api/rooms/talk").body().path("head");
        is(413, "too_large", commands("[" + String.join(",", Collections.nCopies(65, SEND.replace("k1", "k2"))) + "]"));
        assertEquals(last, ana.get("/api/rooms/talk").body().path("head"));
        assertEquals(
                64,
                commands("[" + String.join(",", Collections.nCopies(64, SEND)) + "]")
                        .ok()
                        .body()
                        .size());
    }

    @Test
    void aTicketReplacesTheTokenInOneGet() {
        var issued = ana.post("/api/tickets", "").ok().body();
        assertTrue(issued.path("expiresInMs").asLong() > 0, issued.toString());
        var query = "?ticket=" + issued.path("ticket").asText();
        is(401, "unauthorized", nobody.post("/api/rooms" + query, "{}"));
        assertEquals(
                "owner",
                nobody.get("/api/rooms/talk" + query).ok().body().path("role").asText());
        is(401, "unauthorized", nobody.get("/api/rooms/talk" + query));
        is(401, "unauthorized", nobody.get("/api/rooms/talk?ticket=" + "x".repeat(24)));
        is(401, "unauthorized", nobody.post("/api/tickets", ""));
    }

    @Test
    void aPageOfAForeignSiteIsRefused() {
        for (var method : new String[] {"GET", "OPTIONS"}) {
            var answer = ana.ask(method, "/api/rooms", BodyPublishers.noBody(), "Origin", "https://evil.example");
            is(403, "forbidden", answer);
            assertEquals("", header(answer, "Access-Control-Allow-Origin"));
        }
    }

    @Test
    void aPageOfATrustedSiteMayReadAnswersAndItsPreflightNeedsNoToken() {
        var origin = "https://chat.example";
        var preflight = nobody.ask("OPTIONS", "/api/rooms", BodyPublishers.noBody(), "Origin", origin);
        assertEquals(204, preflight.status(), preflight.toString());
        assertTrue(header(preflight, "Access-Control-Allow-Methods").contains("PATCH"), preflight.toString());
        assertTrue(header(preflight, "Access-Control-Allow-Headers").contains("If-Match"), preflight.toString());
        for (var answer : new Answer[] {
            preflight,
            ana.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Origin", origin),
            nobody.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Origin", origin)
        }) {
            assertEquals(origin, header(answer, "Access-Control-Allow-Origin"), answer.toString());
            assertTrue(header(answer, "Vary").contains("Origin"), answer.toString());
        }
        var own = "http://127.0.0.1:" + CLUSTER.pod(0).port();
        var same = ana.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Origin", own)
                .ok();
        assertEquals("", header(same, "Access-Control-Allow-Origin"));
    }
}
