package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.ErrorCode;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests from a seed, most of them wrong somewhere: each is answered, none with a failure of ours. */
class RestFuzzIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.limits.rooms-per-minute", "100000")
            .with("bincang.limits.joins-per-minute", "100000")
            .with("bincang.rooms.open", "false")
            .behind(PROVIDER);

    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final Pattern CODE = Pattern.compile("\"code\":\"(\\w+)\"");
    private static final Pattern NO_URI = Pattern.compile("[{}]|%(?![0-9a-fA-F]{2})");
    private static final Set<String> CODES =
            Stream.of(ErrorCode.values()).map(ErrorCode::wire).collect(Collectors.toSet());

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    /** Past any client that would not say it: the answer as it came. */
    private static String ask(GarbageRequests.Request request, String token) {
        var body = request.body().getBytes(UTF_8);
        var head = request.line() + " HTTP/1.1\r\nHost: 127.0.0.1:" + port() + "\r\nConnection: close\r\n"
                + "Authorization: Bearer " + token + "\r\n" + request.headers()
                + "Content-Length: " + body.length + "\r\n\r\n";
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(request.toString(), e);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void fiveHundredGeneratedRequestsAreEachAnswered(long seed) {
        var garbage = new GarbageRequests(seed);
        var token = seed % 2 == 0 ? PROVIDER.admin("chaos") : PROVIDER.token("bold");
        var wrong = new ArrayList<String>();
        Map<Integer, Integer> statuses = new HashMap<>();
        for (int i = 0; i < 500; i++) {
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
            if (!holds(number, answer, request)) {
                wrong.add(request + "\n" + answer);
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(statuses.keySet().containsAll(Set.of(200, 204, 400, 404)), statuses.toString());
        lives(seed);
    }

    private static boolean holds(int status, String answer, GarbageRequests.Request request) {
        if (status < 300) {
            return true;
        }
        if (NO_URI.matcher(request.line()).find()) {
            return status == 400 || status == 404; // Vert.x hangs up on what is no URI before anything of ours sees it
        }
        var code = CODE.matcher(answer);
        return status < 500 && code.find() && CODES.contains(code.group(1));
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
