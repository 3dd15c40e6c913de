package dev.bincang.cluster;

import static dev.bincang.testing.client.RawHttp.BODY;
import static dev.bincang.testing.client.RawHttp.GUEST;
import static dev.bincang.testing.client.RawHttp.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawHttp;
import dev.bincang.testing.client.RawHttp.Answer;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client should send, byte by byte: each has one answer, a problem document, and no line in the log. */
@Execution(ExecutionMode.CONCURRENT)
class MalformedRequestsIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1).with("bincang.http.hosts", "chat.example");

    @AfterAll
    static void nothingWasAnError() {
        CLUSTER.pod(0).assertSound();
    }

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    private static Answer ask(String request) throws IOException {
        return RawHttp.ask(port(), request);
    }

    // ---- the first line and the headers

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "505|PRI * HTTP/2.0~~SM~~",
                "505|GET / HTTP/3.0~Host: a~~",
                "400|GET / HTTP/1.1~~",
                "400|GET / HTTP/1.1~Host:~~",
                "400|GET / HTTP/1.1~Host: a~Host: a~~",
                "400|GET / HTTP/1.1~Host: a~Host: b~~",
                "400|GET / HTTP/1.1~Host: a b~~",
                "400|GET / HTTP/1.1~Host: a/b~~",
                "400|GET / HTTP/1.1~Host: a,b~~",
                "400|GET / HTTP/1.1~Host: user@a~~",
                "400|GET / HTTP/1.1~Host: a:b~~",
                "400|GET / HTTP/1.1~Host: [::1~~",
                "400|GET /%zz HTTP/1.1~Host: localhost~~",
                "400|GET /api/rooms/%zz HTTP/1.1~Host: localhost~~",
                "400|GET /api/rooms/% HTTP/1.1~Host: localhost~~",
                "400|GET /api/rooms?x=%zz HTTP/1.1~Host: localhost~~",
                "400|GET api/rooms HTTP/1.1~Host: localhost~~",
                "400|GET * HTTP/1.1~Host: localhost~~",
                "400|CONNECT localhost:80 HTTP/1.1~Host: localhost~~",
                "400|GET /a#b HTTP/1.1~Host: localhost~~",
                "400|GET /{a} HTTP/1.1~Host: localhost~~",
                "400|GET /a\\b HTTP/1.1~Host: localhost~~",
                "400|GET / HTTP/1.1~Host: localhost~No-Colon~~",
                "400|GET / HTTP/1.1~Host : localhost~~",
                "400|GET / HTTP/1.1~Host: localhost~X@Y: 1~~",
                "400|GET / HTTP/x.y~Host: localhost~~",
                "400|hello~~",
                "421|GET / HTTP/1.1~Host: evil.example~~",
                "421|GET http://evil.example/ HTTP/1.1~Host: localhost~~",
                "421|GET /api/rooms HTTP/1.1~Host: evil.example~~",
                "421|GET /ws HTTP/1.1~Host: evil.example~~",
            })
    void whatIsNoRequestIsAProblem(int status, String request) throws IOException {
        ask(request.replace("~", "\r\n")).refuses(status, "bad_request");
    }

    @ParameterizedTest
    @CsvSource({
        "505, PRI * HTTP/2.0~~SM~~",
        "400, hello~~",
        "414, GET /$ HTTP/1.1~Host: a~~",
        "421, GET / HTTP/1.1~Host: b~~"
    })
    void aRefusalHasADateAndIsCounted(int status, String request) throws IOException {
        var counter = "bincang_http_responses_total{status=\"" + status + "\"}";
        var before = CLUSTER.pod(0).metrics().contains(counter.replace("\"}", "\""));
        assertTrue(before, counter + " does not begin at zero");
        var counted = answered(status);
        var answer = ask(request.replace("~", "\r\n").replace("$", "a".repeat(5_000)));
        assertEquals(status, answer.status());
        assertTrue(answer.headers().contains("\r\ndate: "), answer.headers());
        assertTrue(answered(status) > counted, counter);
    }

    private static double answered(int status) {
        return CLUSTER.pod(0)
                .metrics()
                .lines()
                .filter(line -> line.startsWith("bincang_http_responses_total{status=\"" + status + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aTargetWithAHostInItIsTheSameAsOneWithout() throws IOException {
        assertEquals(
                200,
                ask("GET http://chat.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                        .status());
        assertEquals(
                200, ask("GET http://chat.example HTTP/1.1\r\nHost: x\r\n\r\n").status());
    }

    @Test
    void tooLongALineTooManyHeadersAndTooLargeABody() throws IOException {
        ask("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n" + HOST + "\r\n").refuses(414, "too_large");
        ask("GET / HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(20_000) + "\r\n\r\n")
                .refuses(431, "too_large");
        ask("POST /api/rooms HTTP/1.1\r\n" + HOST + "Content-Length: 300000\r\n\r\n")
                .refuses(413, "too_large");
        ask("POST /nowhere HTTP/1.1\r\n" + HOST + "Content-Length: 300000\r\n\r\n")
                .refuses(413, "too_large");
        ask(GUEST + "Content-Length: 255000\r\n\r\n").refuses(413, "too_large");
        var chunk = "1000\r\n" + "a".repeat(0x1000) + "\r\n";
        ask(GUEST + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(2)).refuses(413, "too_large");
    }

    @Test
    void anAcceptHeaderIsReadUpToItsBound() throws IOException {
        var token = Http.guest(port(), "Ana").token();
        var head = "GET /api/rooms HTTP/1.1\r\n" + HOST + "Authorization: Bearer " + token + "\r\nAccept: ";
        ask(head + "a/b;q=0.1,".repeat(1_000) + "a/c\r\n\r\n").refuses(431, "too_large");
        assertEquals(200, ask(head + "a/b;q=0.1,".repeat(50) + "*/*\r\n\r\n").status());
    }

    @Test
    void anArrayOfManyCommandsIsReadUpToItsBound() throws IOException {
        var answer = Http.guest(port(), "Ana").post("/api/commands", "[" + "{},".repeat(80_000) + "[");
        assertEquals("too_large", answer.code(), "not bad_request: its end was never looked at");
    }

    // ---- one path, one meaning

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api;x/guests",
                "/api;/guests",
                "/;x/api/guests",
                "/api/guests;x=1",
                "//api/guests",
                "/api//guests",
                "/api/./guests",
                "/x/../api/guests",
                "/api/%2e/guests",
                "/x/%2E%2e/api/guests",
                "/api\\guests",
            })
    void aPathThatSomebodyCouldTakeForAnotherIsRefused(String path) throws IOException {
        ask("POST " + path + " HTTP/1.1\r\n" + HOST + "Origin: https://evil.example\r\nContent-Length: 14\r\n"
                        + "Content-Type: application/json\r\n\r\n" + BODY)
                .refuses(400, "bad_request");
    }

    /** They are no paths of ours, or the very one whose door checks the page's origin. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/API/guests",
                "/api%2Fguests",
                "/api./guests",
                "/api%3Bx/guests",
                "/api/guest%73",
                "/%61pi/guests"
            })
    void noOtherSpellingGetsAroundTheOriginCheck(String path) throws IOException {
        var answer = ask("POST " + path + " HTTP/1.1\r\n" + HOST + "Origin: https://evil.example\r\n"
                + "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n" + BODY);
        assertTrue(Set.of(403, 404).contains(answer.status()), answer.toString());
        assertFalse(answer.body().contains("token"), answer.toString());
    }

    @Test
    void aUserWithASemicolonIsNobodyElse() {
        var owner = Http.guest(port(), "Ana");
        var room = owner.post("/api/rooms", "{}").ok().body().path("id").asText();
        assertEquals(
                400, owner.put("/api/rooms/" + room + "/bans/vic;tim", "{}").status());
        owner.put("/api/rooms/" + room + "/bans/vic%3Btim", "{}").ok();
        var barred = owner.get("/api/rooms/" + room + "/barred").ok().body().toString();
        assertTrue(barred.contains("\"vic;tim\""), barred);
        assertFalse(barred.contains("\"vic\""), barred);
    }

    // ---- one end of a body (RFC 9112 section 11.2)

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked, xchunked~~0~~",
                "Transfer-Encoding: xchunked~~0~~",
                "Transfer-Encoding: xchunked, chunked~~0~~",
                "Transfer-Encoding: gzip, chunked~~0~~",
                "Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~",
                "Transfer-Encoding: chunked~Transfer-Encoding: identity~~0~~",
                "Transfer-Encoding: chunked~Content-Length: 5~~0~~",
                "Content-Length: 5~Transfer-Encoding: chunked~~0~~",
                "Transfer-Encoding: identity~Content-Length: 5~~hello",
                "Transfer-Encoding:~Content-Length: 5~~hello",
                "Content-Length: 5~Content-Length: 6~~hello",
                "Content-Length: 5~Content-Length: 5~~hello",
                "Content-Length: 5, 5~~hello",
                "Content-Length: +5~~hello",
                "Content-Length: -1~~hello",
                "Content-Length: 0x5~~hello",
                "Content-Length: 5 5~~hello",
                "Transfer-Encoding : chunked~~0~~",
                "Transfer-Encoding: chunked~~5;x=\"~\"~hello~0~~",
                "Transfer-Encoding: chunked~~5;x=\"\n\"~hello~0~~",
                "Transfer-Encoding: chunked~~5\n~hello~0~~",
                "Transfer-Encoding: chunked~~-5~hello~0~~",
                "Transfer-Encoding: chunked~~0x5~hello~0~~",
                "Transfer-Encoding: chunked~~5~helloX~0~~",
                "Transfer-Encoding: chunked~~fffffffff~hello~0~~",
            })
    void aBodyWhoseEndIsInDoubtIsRefusedAndNothingBehindItIsAnswered(String request) throws IOException {
        var head = "POST /api/guests HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";
        try (var raw = new RawHttp(port())) {
            raw.send(head + request.replace("~", "\r\n") + "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n");
            raw.answer().refuses(400, "bad_request");
            assertEquals("", raw.rest(), "a second answer");
        }
    }

    @Test
    void chunkedWithHttp10IsRefused() throws IOException {
        ask("POST /api/guests HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                .refuses(400, "bad_request");
    }

    /** A second one would be taken for the answer to the next request. */
    @Test
    void aBodyThatIsMalformedBehindItsAnswerGetsNoSecondOne() throws IOException {
        try (var raw = new RawHttp(port())) {
            raw.send("POST /api/rooms HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
            raw.answer().refuses(401, "unauthorized");
            raw.send("zz\r\n");
            assertEquals("", raw.rest());
        }
    }

    @Test
    void goodBodiesGoThrough() throws IOException {
        assertEquals(200, ask(GUEST + "Content-Length: 14\r\n\r\n" + BODY).status());
        assertEquals(
                200,
                ask(GUEST + "Transfer-Encoding: Chunked\r\n\r\ne;x=\"y\"\r\n" + BODY + "\r\n0\r\nTrailer: x\r\n\r\n")
                        .status());
    }
}
