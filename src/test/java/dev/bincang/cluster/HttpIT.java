package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Http.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RFC 9110 asks of any server: methods, preconditions, negotiation, dates, challenges. */
class HttpIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.http.origins", "self,https://chat.example")
            .with("bincang.rooms.open", "false")
            .with("bincang.limits.rooms-per-minute", "1000");

    private final Http ana = Http.guest(CLUSTER.pod(0).port(), "Ana");
    private final Http nobody = as("");
    private String room = "";

    private static Http as(String token) {
        return new Http(CLUSTER.pod(0).port(), token);
    }

    @BeforeEach
    void aRoom() {
        room = ana.post("/api/rooms", "{}").ok().body().path("id").asText();
    }

    private static void is(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals(code, answer.code(), answer.toString());
        assertEquals("application/problem+json", header(answer, "Content-Type"));
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** Whatever else is wrong with the request, and wherever its token is but in the header. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /api/rooms | ''",
                "GET | /api/nowhere | ''",
                "GET | /api/rooms/none/members | ''",
                "GET | /api/rooms?token=TOKEN | ''",
                "GET | /api/rooms?access_token=TOKEN | ''",
                "GET | /api/events?room=?? | ''",
                "POST | /api/rooms | {",
                "POST | /api/commands | no JSON",
                "POST | /api/tickets?ticket=x | ''",
                "PUT | /api/guests | ''",
                "TRACE | /api/rooms | ''",
                "DELETE | /api | ''",
            })
    void withoutATokenNothingIsLookedAt(String method, String path, String body) {
        var token = Http.guest(CLUSTER.pod(0).port(), "Ana").token();

        is(401, "unauthorized", nobody.ask(method, path.replace("TOKEN", token), BodyPublishers.ofString(body)));
    }

    @Test
    void nothingSetsACookie() {
        for (var path : List.of("/", "/client/index.js", "/api/rooms", "/q/openapi", "/asyncapi.yaml", "/nowhere")) {
            for (var one : List.of(ana, nobody)) {
                assertEquals("", header(one.get(path), "Set-Cookie"), path);
            }
        }
    }

    /** It is a part of dev mode's build only. */
    @Test
    void nobodyIsGivenATokenForAnyUser() {
        assertEquals(404, ana.get("/dev/token?user=eva").status());
    }

    private static String tag(Answer answer) {
        return header(answer, "ETag");
    }

    private Answer patch(String topic, String... ifMatch) {
        return ana.ask(
                "PATCH", "/api/rooms/" + room, BodyPublishers.ofString("{\"topic\":\"" + topic + "\"}"), ifMatch);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /api/rooms/talk             | DELETE, GET, HEAD, OPTIONS, PATCH",
                "DELETE | /api/rooms                  | GET, HEAD, OPTIONS, POST",
                "GET    | /api/rooms/talk/members/ben | DELETE, OPTIONS, PATCH, PUT",
                "GET    | /api/commands               | OPTIONS, POST",
                "POST   | /api/events?room=talk       | GET, HEAD, OPTIONS",
            })
    void aMethodThatIsNotThereIsToldWhichAre(String method, String path, String methods) {
        var answer = ana.ask(method, path, BodyPublishers.noBody());
        is(405, "bad_request", answer);
        assertEquals(methods, header(answer, "Allow"));
        var options = ana.ask("OPTIONS", path, BodyPublishers.noBody());
        assertEquals(204, options.status());
        assertEquals(methods, header(options, "Allow"));
    }

    @Test
    void headIsGetWithoutTheBody() {
        for (var path :
                new String[] {"/api/rooms/" + room, "/api/rooms", "/api/events?room=" + room, "/client/index.js"}) {
            var answer = ana.ask("HEAD", path, BodyPublishers.noBody());
            assertEquals(200, answer.status(), path);
            assertTrue(answer.body().isMissingNode(), path);
        }
        assertEquals(
                400, ana.ask("HEAD", "/api/events", BodyPublishers.noBody()).status());
        assertEquals(
                404, ana.ask("HEAD", "/api/rooms/none", BodyPublishers.noBody()).status());
    }

    @Test
    void everyAnswerHasADate() {
        for (var path :
                new String[] {"/", "/client/index.js", "/api/rooms", "/api/events?room=" + room, "/none", "/q/openapi"
                }) {
            var date = ZonedDateTime.parse(header(ana.get(path), "Date"), DateTimeFormatter.RFC_1123_DATE_TIME);
            assertTrue(Math.abs(date.toInstant().until(Instant.now(), ChronoUnit.SECONDS)) < 60, path + ": " + date);
        }
        assertTrue(header(nobody.get("/api/rooms"), "Date").endsWith(" GMT"));
    }

    @Test
    void aRoomThatIsAsItWasIsNotSentAgain() {
        var read = ana.get("/api/rooms/" + room).ok();
        for (var known : new String[] {tag(read), "W/" + tag(read), "\"5-5\", " + tag(read), "*"}) {
            var again = ana.ask("GET", "/api/rooms/" + room, BodyPublishers.noBody(), "If-None-Match", known);
            assertEquals(304, again.status(), known);
            assertTrue(again.body().isMissingNode(), again.toString());
            assertEquals(tag(read), tag(again));
        }
        ana.say(room, "news");
        var changed = ana.ask("GET", "/api/rooms/" + room, BodyPublishers.noBody(), "If-None-Match", tag(read));
        assertEquals(200, changed.status(), "its head is another");
        is(400, "bad_request", ana.ask("GET", "/api/rooms/" + room, BodyPublishers.noBody(), "If-None-Match", "x"));
    }

    @Test
    void aChangeIsMadeIfOneOfTheTagsIsTheRoomsAndNotWeak() {
        var first = ana.get("/api/rooms/" + room).ok();
        ana.say(room, "a message is no other revision");
        var second = patch("a", "If-Match", "\"5-5\", " + tag(first)).ok();
        is(412, "changed", patch("b", "If-Match", tag(first)));
        is(412, "changed", patch("b", "If-Match", "W/" + tag(second)));
        is(412, "changed", patch("b", "If-Match", "\"not-ours\""));
        var revision = "\"" + second.body().path("revision").asText() + "\"";
        assertEquals(
                200, patch("c", "If-Match", "W/\"5-5\"", "If-Match", revision).status());
        assertEquals(200, patch("d", "If-Match", "*").status());
        is(400, "bad_request", patch("e", "If-Match", "1-1"));
    }

    @Test
    void whoIsNotLetInIsToldHowAndWhetherTheTokenWasBad() {
        assertEquals("Bearer realm=\"bincang\"", header(nobody.get("/api/rooms"), "WWW-Authenticate"));
        for (var bad : new Answer[] {as("x").get("/api/rooms"), nobody.get("/api/rooms/" + room + "?ticket=x")}) {
            is(401, "unauthorized", bad);
            assertEquals("Bearer realm=\"bincang\", error=\"invalid_token\"", header(bad, "WWW-Authenticate"));
        }
        for (var scheme : new String[] {"bearer ", "BEARER  "}) {
            assertEquals(
                    200,
                    nobody.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Authorization", scheme + ana.token())
                            .status());
        }
    }

    @Test
    void whoTakesNoJsonIsToldThatThereIsNothingElse() {
        is(406, "bad_request", ana.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Accept", "text/html"));
        var liked = ana.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Accept", "text/html, Application/*;q=0.1");
        assertEquals(200, liked.status());
    }

    @Test
    void aBodyThatIsNotUtf8IsRefused() throws IOException, InterruptedException {
        var body = "{\"name\":\"\u00ff\",\"type\":\"send\",\"req\":1,\"room\":\"talk\",\"text\":\"\u00ff\"}";
        var half =
                new byte[] {'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'
                };
        for (var path : new String[] {"/api/guests", "/api/rooms", "/api/commands"}) {
            for (var bytes : new byte[][] {body.getBytes(ISO_8859_1), body.getBytes(UTF_16BE), half}) {
                assertEquals(400, post(path, bytes, "Content-Type", "application/json"), path);
            }
        }
        assertEquals(415, post("/api/guests", "Ana".getBytes(UTF_8), "Content-Type", "text/plain"));
        assertEquals(415, post("/api/rooms", half, "Content-Type", "application/json; charset=utf-16"));
        var zipped = new String[] {"Content-Type", "application/json", "Content-Encoding", "gzip"};
        assertEquals(415, post("/api/rooms", "{}".getBytes(UTF_8), zipped));
    }

    @Test
    void pagesOfTrustedSitesMayImportTheClient() {
        var trusted = ana.ask("GET", "/client/index.js", BodyPublishers.noBody(), "Origin", "https://chat.example");
        assertEquals("https://chat.example", header(trusted, "Access-Control-Allow-Origin"));
        assertTrue(trusted.headers().allValues("Vary").toString().contains("Origin"), trusted.toString());
        var foreign = ana.ask("GET", "/client/index.js", BodyPublishers.noBody(), "Origin", "https://evil.example");
        assertEquals("", header(foreign, "Access-Control-Allow-Origin"));
    }

    /** The Fetch standard lets a script read few headers unless the server names them. */
    @Test
    void pagesOfTrustedSitesMayReadTheHeadersThatTheyNeed() {
        var all = Set.of(
                "Allow", "Date", "ETag", "Link", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate");
        for (var who : new Http[] {ana, nobody}) {
            var answer = who.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Origin", "https://chat.example");
            assertEquals(
                    all, Set.of(header(answer, "Access-Control-Expose-Headers").split(", ")), answer.toString());
        }
        var foreign = ana.ask("GET", "/api/rooms", BodyPublishers.noBody(), "Origin", "https://evil.example");
        assertEquals("", header(foreign, "Access-Control-Expose-Headers"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Prefer | wait=1",
                "Prefer | WAIT=1",
                "prefer | Wait = 1",
                "PREFER | Respond-Async, Wait=\"1\"; x=y",
            })
    void aLongPollIsAskedForInAnyCase(String name, String value) {
        var events = "/api/events?room=" + room;
        var answer = ana.ask("GET", events, BodyPublishers.noBody(), name, value);
        assertEquals(200, answer.status());
        assertEquals("wait=1", header(answer, "Preference-Applied"));
        assertEquals("", header(ana.get(events), "Preference-Applied"));
    }

    private int post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + CLUSTER.pod(0).port() + path))
                .header("Authorization", "Bearer " + ana.token())
                .headers(headers)
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofString());
            assertTrue(answer.body().contains("\"code\":\"bad_request\""), answer.body());
            return answer.statusCode();
        }
    }
}
