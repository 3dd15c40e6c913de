package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Http.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /api/events}: valid and invalid requests, and the answers to polls. */
class EventsIT {

    private static final AtomicInteger ROOMS = new AtomicInteger();

    @RegisterExtension
    static final Cluster CLUSTER =
            Cluster.of(1).with("bincang.http.max-wait", "3s").with("bincang.http.origins", "self,https://chat.example");

    private final String room = "events-" + ROOMS.incrementAndGet();
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

    private static double open() {
        return CLUSTER.pod(0).metric("bincang_connections");
    }

    // ---- requests

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                          | 400 | bad_request",
                "room=                       | 400 | bad_request",
                "room=UPPER                  | 400 | bad_request",
                "room=a@1                    | 400 | bad_request",
                "room=a@1-2-3                | 400 | bad_request",
                "room=a@99999999999999999-1  | 400 | bad_request",
                "room=a&room=a               | 400 | bad_request",
                "room=a,b,a                  | 400 | bad_request",
                "room=a&last=x               | 400 | bad_request",
                "room=a&last=-1              | 400 | bad_request",
                "room=a&last=201             | 400 | bad_request",
                "room=%25zz                  | 400 | bad_request",
            })
    void anInvalidRequestIsRefused(String query, int status, String code) {
        for (var accept : List.of("application/json", "application/x-ndjson", "text/event-stream")) {
            var answer = events(query, "Accept", accept);
            assertEquals(status, answer.status(), answer.toString());
            assertEquals(code, answer.code());
        }
    }

    @Test
    void tooManyRoomsInOneRequestAreRefused() {
        var rooms = IntStream.range(0, 21).mapToObj(i -> "many-" + i).collect(Collectors.joining(","));
        assertEquals("limit_reached", events("room=" + rooms).code());
        assertEquals(
                200,
                events("room=" + rooms.substring(0, rooms.lastIndexOf(','))).status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*                                               | application/json",
                "application/json                                  | application/json",
                "application/*                                     | application/json",
                "text/html, application/json;q=0.5                 | application/json",
            })
    void theFormatIsWhatTheClientAccepts(String accept, String type) {
        var answer = events("room=" + room, "Accept", accept);
        assertEquals(200, answer.status());
        assertEquals(type, answer.headers().firstValue("Content-Type").orElse(""));
        assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse(""));
        assertTrue(answer.headers().firstValue("Vary").orElse("").contains("Accept"));
    }

    @Test
    void anUnknownFormatIsRefused() {
        var answer = events("room=" + room, "Accept", "image/png");
        assertEquals(406, answer.status());
        assertEquals("bad_request", answer.code());
    }

    // ---- polls

    @Test
    void aPollReturnsACursorAndTheNextOneContinuesThere() {
        var before = events("room=" + room).body();
        assertEquals(room + "@0-0", before.path("cursor").asText());
        assertTrue(before.path("frames").isEmpty());
        say("one");
        var last = say("two");
        // A pod may receive the newest message a moment after its sender. Then the next poll has it.
        var cursor = new AtomicReference<>(before.path("cursor").asText());
        var texts = new ArrayList<String>();
        await().until(() -> {
            var after = events("room=" + cursor.get()).body();
            texts.addAll(texts(after.path("frames")));
            cursor.set(after.path("cursor").asText());
            return texts.size() >= 2;
        });
        assertEquals(List.of("one", "two"), texts);
        assertEquals(room + "@" + last, cursor.get());
    }

    @Test
    void withoutAPositionTheNewestEventsComeFirst() {
        var first = say("one");
        say("two");
        say("three");
        var body = events("last=2&room=" + room).body();
        assertEquals(List.of("two", "three"), texts(body.path("frames")));
        assertEquals(
                List.of("two", "three"),
                texts(events("last=1&room=" + room + "@" + first).body().path("frames")));
    }

    @Test
    void aLongLogIsAnsweredInPages() {
        var text = "x".repeat(3_000);
        IntStream.range(0, 300).forEach(_ -> say(text));
        var cursor = room + "@0-0";
        var pages = new ArrayList<Integer>();
        for (var frames = -1; frames != 0; ) {
            var body = events("room=" + cursor).body();
            frames = body.path("frames").size();
            cursor = body.path("cursor").asText();
            assertTrue(body.toString().length() < 300_000, body.toString().length() + " bytes");
            pages.add(frames);
        }
        assertEquals(300, pages.stream().mapToInt(Integer::intValue).sum(), pages.toString());
        assertTrue(pages.size() > 3, pages.toString());
    }

    @Test
    void aLongPollWaitsUntilTheNextEvent() {
        var time = Promptness.begin();
        var nothing = events("room=" + room, "Prefer", "respond-async, wait=1");
        var took = time.elapsed();
        assertTrue(nothing.body().path("frames").isEmpty());
        assertTrue(took.toMillis() >= 950, took.toString());
        Promptness.assertWithin(Duration.ofMillis(3_500), took);
        assertEquals(
                "wait=1", nothing.headers().firstValue("Preference-Applied").orElse(""));

        var poll = CompletableFuture.supplyAsync(() -> events("room=" + room, "Prefer", "wait=3"));
        await().until(() -> open() == 1);
        say("news");
        assertEquals(List.of("news"), texts(poll.join().body().path("frames")));
    }

    @Test
    void aLongPollWaitsNoLongerThanTheServerAllows() {
        var answer = events("room=" + room, "Prefer", "wait=600");
        assertEquals("wait=3", answer.headers().firstValue("Preference-Applied").orElse(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=x", "wait=-5", "wait", "handling=lenient", "awaiting=9"})
    void anUnknownPreferenceIsIgnored(String prefer) {
        var answer = events("room=" + room, "Prefer", prefer);
        assertEquals(200, answer.status());
        assertTrue(answer.headers().firstValue("Preference-Applied").isEmpty());
    }

    @Test
    void aTicketReplacesTheTokenIfAClientCannotSetHeaders() {
        var ticket = ana.post("/api/tickets", "").ok().body().path("ticket").asText();
        var nobody = new Http(CLUSTER.pod(0).port(), "");
        assertEquals(401, nobody.get("/api/events?room=" + room).status());
        assertEquals(
                200,
                nobody.get("/api/events?room=" + room + "&ticket=" + ticket).status());
        assertEquals(
                401,
                nobody.get("/api/events?room=" + room + "&ticket=" + ticket).status());
    }

    @Test
    void onlyPagesOfTrustedSitesAreAccepted() {
        var trusted =
                ana.ask("GET", "/api/events?room=" + room, BodyPublishers.noBody(), "Origin", "https://chat.example");
        assertEquals(200, trusted.status());
        assertEquals(
                "https://chat.example",
                trusted.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertEquals(
                403, events("room=" + room, "Origin", "https://evil.example").status());
    }
}
