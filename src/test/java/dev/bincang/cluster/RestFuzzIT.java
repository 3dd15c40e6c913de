package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.ApiDocs;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.process.IdentityProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests from a seed, most of them invalid. Each is answered as the OpenAPI document says, and never with an internal
 * error. {@code -Dbincang.requests=3000} makes more of them.
 */
class RestFuzzIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.limits.rooms-per-minute", "100000")
            .with("bincang.limits.joins-per-minute", "100000")
            .with("bincang.rooms.open", "false")
            .behind(PROVIDER);

    private static final int REQUESTS = Integer.getInteger("bincang.requests", 500);
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final Pattern TYPE = Pattern.compile("(?i)\r\ncontent-type: ?([^;\r]+)");
    private static final Pattern NO_URI = Pattern.compile("[{}]|%(?![0-9a-fA-F]{2})");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    /** Without a client, because a client would refuse to send such requests. Returns the raw answer. */
    private static String ask(GarbageRequests.Request request, String token) {
        var body = request.body().getBytes(UTF_8);
        var head = request.line() + " HTTP/1.1\r\nHost: 127.0.0.1:" + port() + "\r\nConnection: close\r\n"
                + "Authorization: Bearer " + token + "\r\n" + request.headers()
                + "Content-Length: " + body.length + "\r\n\r\n";
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body);
            return whole(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
        } catch (IOException e) {
            throw new AssertionError(request.toString(), e);
        }
    }

    /** An answer in UTF-8. Chunks are joined. */
    private static String whole(String bytes) {
        var end = bytes.indexOf("\r\n\r\n") + 4;
        if (end < 4 || !bytes.substring(0, end).contains("transfer-encoding: chunked")) {
            return utf8(bytes);
        }
        var body = new StringBuilder();
        for (int at = end; ; ) {
            var line = bytes.indexOf("\r\n", at);
            var length = Integer.parseInt(bytes.substring(at, line), 16);
            if (length == 0) {
                return utf8(bytes.substring(0, end) + body);
            }
            body.append(bytes, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void generatedRequestsAreEachAnsweredAsTheDocumentSays(long seed) {
        var described = new DescribedAnswers(document());
        var garbage = new GarbageRequests(seed);
        var token = seed % 2 == 0 ? PROVIDER.admin("chaos") : PROVIDER.token("bold");
        var wrong = new ArrayList<String>();
        Map<Integer, Integer> statuses = new HashMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            var room = "fuzz-" + seed + "-" + i / 10;
            if (i % 10 == 0) {
                new Http(port(), token)
                        .post("/api/rooms", "{\"id\":\"" + room + "\"}")
                        .ok();
            }
            var request = garbage.next(room);
            var answer = ask(request, token);
            var status = ANSWER.matcher(answer);
            assertTrue(status.lookingAt(), () -> answer + "\nto " + request);
            var number = Integer.parseInt(status.group(1));
            statuses.merge(number, 1, Integer::sum);
            var why = number >= 500 ? "a failure of ours" : wrong(described, number, answer, request.line());
            if (!why.isEmpty()) {
                wrong.add(why + ": " + request + "\n" + answer);
            }
        }
        System.out.println(REQUESTS + " requests of seed " + seed + ": " + statuses);
        assertEquals(List.of(), wrong);
        assertTrue(statuses.keySet().containsAll(Set.of(200, 204, 400, 404)), statuses.toString());
        lives(seed);
    }

    private static ApiDocs document() {
        return new ApiDocs(
                ApiDocs.parse(ask(new GarbageRequests.Request("GET /asyncapi.yaml", "", ""), "")
                        .split("\r\n\r\n", 2)[1]),
                ApiDocs.parse(ask(new GarbageRequests.Request("GET /q/openapi", "", ""), "")
                        .split("\r\n\r\n", 2)[1]));
    }

    private static String wrong(DescribedAnswers described, int status, String answer, String line) {
        if (NO_URI.matcher(line).find()) { // Vert.x refuses it before our code sees it
            return status == 400 || status == 404 ? "" : "no URI, and yet";
        }
        var parts = answer.split("\r\n\r\n", 2);
        var type = TYPE.matcher(parts[0]);
        var target = line.split(" ", 2);
        return described.wrong(
                target[0],
                target[1].replaceAll("\\?.*", ""),
                new DescribedAnswers.Answer(status, type.find() ? type.group(1) : "", parts[1]));
    }

    private static void lives(long seed) {
        var ana = new Http(port(), PROVIDER.token("ana"));
        var room = "after-" + seed;
        ana.post("/api/rooms", "{\"id\":\"" + room + "\"}").ok();
        ana.put("/api/rooms/" + room + "/members/ben", "").ok();
        ana.post("/api/commands", "{\"type\":\"send\",\"req\":1,\"room\":\"" + room + "\",\"text\":\"hi\"}")
                .ok();
        var seen = new Http(port(), PROVIDER.token("ben"))
                .post("/api/commands", "{\"type\":\"history\",\"req\":1,\"room\":\"" + room + "\",\"limit\":1}")
                .ok();
        assertEquals("hi", seen.body().at("/events/0/text").asText(), seen.toString());
        ana.delete("/api/rooms/" + room).ok();
    }
}
