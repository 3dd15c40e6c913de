package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Http.Answer;
import dev.bincang.testing.client.Over;
import dev.bincang.testing.client.ServerSentEvents;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams and long polls: how they begin, and what happens to a client that has gone. */
class StreamsIT {

    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final int CONNECTIONS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.http.heartbeat", "1s")
            .with("bincang.connection.max", Integer.toString(CONNECTIONS));

    private final String room = "streams-" + ROOMS.incrementAndGet();
    private final Http ana = Http.guest(CLUSTER.pod(0).port(), "Ana");

    private Answer events(String query, String... headers) {
        return ana.ask("GET", "/api/events?" + query, BodyPublishers.noBody(), headers);
    }

    private String say(String text) {
        return ana.say(room, text);
    }

    private static List<String> texts(JsonNode frames) {
        return frames.findValuesAsText("text");
    }

    /** Sends a request unchanged, and reads the answer for as long as the test wants. */
    private Socket raw(String path, String accept, String version) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), CLUSTER.pod(0).port());
        socket.setSoTimeout(5_000);
        var lines = List.of(
                "GET " + path + " HTTP/" + version,
                "Host: 127.0.0.1",
                "Authorization: Bearer " + ana.token(),
                "Accept: " + accept,
                "",
                "");
        socket.getOutputStream().write(String.join("\r\n", lines).getBytes(ISO_8859_1));
        return socket;
    }

    private static String until(InputStream in, String what) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(what) < 0) {
            var next = in.read();
            assertTrue(next >= 0, "ended: " + read);
            read.append((char) next);
        }
        return read.toString();
    }

    private static double open() {
        return CLUSTER.pod(0).metric("bincang_connections");
    }

    // ---- streams

    @Test
    void aStreamBeginsWithTheUserAndTheStateOfTheRooms() throws IOException {
        var first = say("one");
        try (var socket = raw("/api/events?room=" + room + "@0-0", "application/x-ndjson", "1.1")) {
            var head = until(socket.getInputStream(), "\r\n\r\n").toLowerCase(Locale.ROOT);
            assertTrue(head.startsWith("http/1.1 200 "), head);
            assertTrue(head.contains("x-accel-buffering: no\r\n"), head);
            assertTrue(head.contains("cache-control: no-store\r\n"), head);
            assertTrue(head.contains("content-type: application/x-ndjson\r\n"), head);
            var welcome = until(socket.getInputStream(), "\n{\"type\":\"message\"");
            assertTrue(welcome.contains("\"pingMs\":1000,"), welcome);
            assertTrue(welcome.contains("\"rooms\":20,"), welcome);
            assertTrue(welcome.contains("{\"state\":\"ok\",\"head\":\"" + first + "\"}"), welcome);
            assertFalse(welcome.contains("token"), welcome);
        }
    }

    /** nginx asks like this by default. */
    @Test
    void aStreamOverHttp10EndsWithItsConnection() throws IOException {
        say("one");
        try (var socket = raw("/api/events?room=" + room + "@0-0", "application/x-ndjson", "1.0")) {
            var head = until(socket.getInputStream(), "\r\n\r\n");
            assertFalse(head.contains("chunked"), head);
            assertTrue(until(socket.getInputStream(), "}\n{").startsWith("{\"type\":\"welcome\""));
        }
    }

    /** Otherwise the client would start at a later head when it comes back, and would lose what was sent meanwhile. */
    @Test
    void aStreamWithoutAPositionTellsItsStart() throws IOException {
        var head = say("one");
        try (var socket = raw("/api/events?room=" + room + "&room=quiet@0-0", "text/event-stream", "1.1")) {
            var stream = until(socket.getInputStream(), "\nid:");
            assertTrue(stream.contains("data:{\"type\":\"welcome\""), stream);
            assertEquals(room + "@" + head + "\n\n", until(socket.getInputStream(), "\n\n"));
        }
    }

    @Test
    void lastEventIdTakesPrecedenceOverTheUrl() throws IOException {
        say("one");
        var seen = say("two");
        say("three");
        var answer = events("room=" + room + "@0-0", "Last-Event-ID", room + "@" + seen + ",elsewhere@5-5");
        assertEquals(List.of("three"), texts(answer.body().path("frames")));
        assertEquals(
                "bad_request", events("room=" + room, "Last-Event-ID", "x@y@").code());
        try (var socket = raw("/api/events?room=" + room + "@0-0", "text/event-stream", "1.1")) {
            var stream = until(socket.getInputStream(), "\nid:" + room + "@3-");
            assertTrue(stream.contains("retry:"), stream);
            assertTrue(stream.contains("data:{\"type\":\"welcome\""), stream);
        }
    }

    /**
     * A library that drops an id without data reads two rooms, one of which is quiet for a while. Each connection is
     * cut after the first message that has an id.
     */
    @Test
    void reconnectsByTheLastIdMissNothingAndRepeatNothing() throws IOException {
        var other = "other-" + room;
        ana.say(other, "before");
        var query = "room=" + room + "&room=" + other;
        var last = following(query, "", "\"type\":\"welcome\"", new ArrayList<>());
        var heard = new ArrayList<String>();
        for (int i = 1; i <= 6; i++) {
            say("a" + i);
            if (i % 3 == 0) {
                ana.say(other, "b" + i);
            }
            last = following(query, last, said("a" + i), heard);
        }
        while (heard.size() < 8) {
            last = following(query, last, said("b6"), heard);
        }
        assertEquals(
                List.of("a1", "a2", "a3", "a4", "a5", "a6", "b3", "b6"),
                heard.stream().sorted().toList());
    }

    private static String said(String text) {
        return "\"text\":\"" + text + "\"";
    }

    /** Listens until an event with an id comes, at or after one that contains {@code until}. Returns that id. */
    private String following(String query, String last, String until, List<String> heard) throws IOException {
        var accept = "text/event-stream" + (last.isEmpty() ? "" : "\r\nLast-Event-ID: " + last);
        try (var socket = raw("/api/events?" + query, accept, "1.1")) {
            var in = socket.getInputStream();
            until(in, "\r\n\r\n");
            var events = new ServerSentEvents();
            for (var found = false; ; ) {
                var event = events.line(until(in, "\n").strip()).orElse(null);
                if (event != null) {
                    heard.addAll(texts(JSON.readTree(event.data())));
                    found |= event.data().contains(until);
                    if (found && event.id() != null) {
                        return event.id();
                    }
                }
            }
        }
    }

    // ---- connections

    @ParameterizedTest
    @ValueSource(strings = {"application/x-ndjson", "text/event-stream"})
    void aClientThatHangsUpIsNotCountedAnyMore(String accept) throws IOException {
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < 5; i++) {
            sockets.add(raw("/api/events?room=" + room, accept, "1.1"));
        }
        await().until(() -> open() == 5);
        for (var socket : sockets) {
            socket.close();
        }
        await().until(() -> open() == 0);
    }

    @Test
    void aClientThatHangsUpDuringALongPollIsNotCountedAnyMore() throws IOException {
        try (var socket = raw("/api/events?room=" + room, "application/json\r\nPrefer: wait=20", "1.1")) {
            await().until(() -> open() == 1);
            assertTrue(socket.isConnected());
        }
        await().until(() -> open() == 0);
    }

    /** Java's own client asks for this with its first request. */
    @Test
    void aRequestToUpgradeToHttp2IsAnsweredByHttp11() throws IOException {
        var upgrade = "application/json\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA";
        try (var socket = raw("/api/events?room=" + room, upgrade, "1.1")) {
            var head = until(socket.getInputStream(), "\r\n\r\n");
            assertTrue(head.startsWith("HTTP/1.1 200 "), head);
        }
    }

    @Test
    void aMalformedUrlIsRefused() throws IOException {
        try (var socket = raw("/api/events?room=%zz", "application/json", "1.1")) {
            var head = until(socket.getInputStream(), "\r\n\r\n");
            assertTrue(head.startsWith("HTTP/1.1 400 "), head);
        }
        assertEquals(200, events("room=" + room).status());
    }

    @Test
    void aFullPodRefusesStreams() throws IOException {
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets.add(raw("/api/events?room=" + room, "application/x-ndjson", "1.1"));
            }
            await().until(() -> open() == CONNECTIONS);
            var answer = events("room=" + room);
            assertEquals(503, answer.status());
            assertEquals("unavailable", answer.code());
            var seconds =
                    Integer.parseInt(answer.headers().firstValue("Retry-After").orElse("0"));
            assertTrue(seconds >= 5 && seconds <= 10, answer.toString());
            var moments = Stream.generate(() -> events("room=" + room).body().path("retryAfterMs"))
                    .limit(5)
                    .distinct();
            assertTrue(moments.count() > 1, "all clients reconnect at the same time");
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
        await().until(() -> open() == 0);
        assertEquals(200, events("room=" + room).status());
    }

    @Test
    void aPodThatShutsDownMovesAllStreams() throws IOException {
        var leaving = CLUSTER.add();
        leaving.awaitReady();
        try (var stream = new Ear(
                        Over.STREAM, List.of(leaving.port(), CLUSTER.pod(0).port()), ana.token(), Map.of(room, "0-0"));
                var poll = new Ear(
                        Over.LONG_POLL,
                        List.of(leaving.port(), CLUSTER.pod(0).port()),
                        ana.token(),
                        Map.of(room, "0-0"))) {
            await().until(() -> leaving.metric("bincang_connections") == 2);
            leaving.terminate();
            await().until(() -> !stream.heard("close").isEmpty() && poll.connections() > 1);
            assertEquals(4200, stream.heard("close").getFirst().path("code").asInt());
            say("on");
            await().until(() ->
                    stream.seqs(room).equals(List.of(1L)) && poll.seqs(room).equals(List.of(1L)));
        } finally {
            leaving.close();
            CLUSTER.pods().remove(leaving);
        }
    }
}
