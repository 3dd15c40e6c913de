package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** History and search over WebSocket on one pod, and by HTTP on another. */
class ReadingIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2);

    private static final List<String> TEXTS =
            List.of("the red house", "100% \\\"sure\\\" *", "rocket 🚀", "שָׁלוֹם", "Éclair");

    private final Http http = Http.guest(CLUSTER.pod(0).port(), "Ana");
    private final RawClient socket = RawClient.guest(CLUSTER.pod(1).port());
    private final List<String> ids = new ArrayList<>();

    @BeforeEach
    void messages() {
        for (var text : TEXTS) {
            ids.add(http.say("reading", text));
        }
    }

    @AfterEach
    void close() {
        socket.close();
    }

    /** The answer over both, which is the same. */
    private JsonNode ask(String command, String fields) {
        var frame = "{\"type\":\"%s\",\"req\":1,\"room\":\"reading\",%s}".formatted(command, fields);
        var answer = http.post("/api/commands", frame).body();
        assertEquals(plain(answer), plain(socket.ask(frame)));
        return answer;
    }

    /** Without what a reason for people may say of the moment. */
    private static JsonNode plain(JsonNode answer) {
        return answer.<ObjectNode>deepCopy().without("message");
    }

    private static List<String> idsOf(JsonNode answer) {
        return StreamSupport.stream(answer.path("events").spliterator(), false)
                .map(event -> event.path("id").asText())
                .toList();
    }

    @Test
    void historyGoesEachWay() {
        assertEquals(ids.subList(1, 3), idsOf(ask("history", "\"after\":\"" + ids.get(0) + "\",\"limit\":2")));
        assertEquals(ids.subList(1, 3), idsOf(ask("history", "\"before\":\"" + ids.get(3) + "\",\"limit\":2")));
        var around = ask("history", "\"around\":\"" + ids.get(2) + "\",\"limit\":3,\"only\":\"messages\"");
        assertEquals(ids.subList(1, 4), idsOf(around));
        assertEquals(
                List.of(true, true),
                List.of(
                        around.path("more").asBoolean(),
                        around.path("moreAfter").asBoolean()));
        assertEquals(ids.get(1), around.path("next").asText());
        assertEquals(ids.get(3), around.path("nextAfter").asText());
        var chosen = "\"ids\":[\"%s\",\"%s\",\"7-7\"]".formatted(ids.get(4), ids.get(0));
        assertEquals(List.of(ids.get(0), ids.get(4)), idsOf(ask("history", chosen)));
        assertEquals(
                "conflict", ask("history", "\"after\":\"9999-1\"").path("code").asText());
        assertEquals(
                "bad_request",
                ask("history", "\"after\":\"1-1\",\"before\":\"1-1\"")
                        .path("code")
                        .asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "RED hou | 0",
                "% | 1",
                "* | 1",
                "\\\"sure | 1",
                "🚀 | 2",
                "שלום | 3",
                "e\\u0301clair | 4",
                "\\u200feclair | 4"
            })
    void searchFindsOddWords(String words, int which) {
        var found = ask("search", "\"words\":\"" + words + "\",\"limit\":1");

        assertEquals(ids.subList(which, which + 1), idsOf(found), found.toString());
        assertEquals("message", found.at("/events/0/type").asText());
    }

    @Test
    void searchRefusesNonsense() {
        for (var fields : List.of(
                "\"words\":\"\"",
                "\"words\":\"  \"",
                "\"words\":null",
                "\"words\":5",
                "\"words\":\"" + "x".repeat(10_000) + "\"",
                "\"words\":\"\\u0301\"",
                "\"words\":\"hi\",\"has\":\"video\"",
                "\"words\":\"hi\",\"since\":2,\"until\":1",
                "\"words\":\"hi\",\"limit\":51")) {
            assertEquals("bad_request", ask("search", fields).path("code").asText(), fields);
        }
        assertEquals(List.of(), idsOf(ask("search", "\"words\":\"nowhere\"")));
        assertEquals(
                "conflict",
                ask("search", "\"words\":\"hi\",\"before\":\"9999-1\"")
                        .path("code")
                        .asText());
    }
}
