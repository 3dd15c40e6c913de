package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.Over;
import dev.bincang.testing.process.IdentityProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads, mentions, attachments, reactions and pins, as every transport delivers them, from one pod to the other. */
class ChatIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ATTACHMENT =
            "{\"url\":\"https://files.example/cat.png\",\"type\":\"image/png\",\"size\":7}";

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2).behind(PROVIDER);

    private final String room = "chat-" + ROOMS.incrementAndGet();

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private String fields(String type, String more) {
        return "\"type\":\"" + type + "\",\"room\":\"" + room + "\"," + more;
    }

    @ParameterizedTest
    @EnumSource
    void allHearWhatHappensToAMessage(Over over) throws Exception {
        var ports = List.of(CLUSTER.pod(0).port(), CLUSTER.pod(1).port());
        var http = new Http(ports.getFirst(), PROVIDER.token("ana"));
        try (var ear = new Ear(over, ports, PROVIDER.token("eva"), Map.of(room, "0-0"));
                var ben = Listener.of(ports.getLast(), PROVIDER.token("ben"))) {
            var root = http.say(room, "root");
            await().until(() -> texts(ear).contains("root")); // later it comes as it is then: deleted

            var reply = ok(ben.ask(fields(
                    "send",
                    "\"text\":\"look\",\"thread\":\"" + root + "\",\"mentions\":[\"ana\"],\"attachments\":["
                            + ATTACHMENT + "],\"data\":{\"a\":[1.5]}")));
            ok(ben.ask(fields("react", "\"target\":\"" + root + "\",\"name\":\"\ud83d\ude80\",\"on\":true")));
            command(http, fields("react", "\"target\":\"" + root + "\",\"name\":\"\ud83d\ude80\",\"on\":true"));
            command(http, fields("delete", "\"target\":\"" + root + "\""));
            command(http, fields("send", "\"text\":\"end\""));

            await().until(() -> texts(ear).contains("end") && reactions(ear) > 0);
            var heard = frame(ear, reply.path("id").asText());
            assertEquals(root, heard.path("thread").asText());
            assertEquals(1, heard.path("n").asLong(), "a reply is not in the main view");
            assertEquals("ana", heard.path("mentions").path(0).asText());
            assertEquals(JSON.readTree(ATTACHMENT), heard.path("attachments").path(0));
            assertEquals(JSON.readTree("{\"a\":[1.5]}"), heard.path("data"));
            assertEquals(1, heard.path("replies").path("count").asInt());
            assertEquals(List.of("root", "look", "end"), texts(ear));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoComesLaterGetsTheMessageAsItIsNow(Over over) {
        var ports = List.of(CLUSTER.pod(0).port(), CLUSTER.pod(1).port());
        var http = new Http(ports.getFirst(), PROVIDER.admin("ana"));
        var root = http.say(room, "root");
        for (int i = 0; i < 3; i++) {
            command(http, fields("send", "\"text\":\"re\",\"thread\":\"" + root + "\""));
        }
        command(http, fields("react", "\"target\":\"" + root + "\",\"name\":\"heart\",\"on\":true"));
        command(http, fields("pin", "\"target\":\"" + root + "\",\"on\":true"));
        try (var ear = new Ear(over, ports, PROVIDER.token("eva"), Map.of(room, "0-0"))) {
            await().until(() -> reactions(ear) == 1 && !ear.heard("pinned").isEmpty());

            var first = frame(ear, root);
            assertEquals(3, first.path("replies").path("count").asInt());
            assertEquals("heart", first.path("reactions").path(0).path("name").asText());
            assertEquals("ana", first.path("pinned").path("by").path("id").asText());
        }
    }

    private static JsonNode ok(JsonNode answer) {
        assertEquals("ok", answer.path("type").asText(), answer.toString());
        return answer;
    }

    private static void command(Http http, String fields) {
        ok(http.post("/api/commands", "{\"req\":1," + fields + "}").ok().body());
    }

    private static List<String> texts(Ear ear) {
        return ear.heard("message").stream()
                .map(message -> message.path("text").asText())
                .toList();
    }

    /** The number of changes that the ear was told. */
    private static int reactions(Ear ear) {
        return ear.heard("reacted").stream()
                .mapToInt(event -> event.path("changes").size())
                .sum();
    }

    private static JsonNode frame(Ear ear, String id) {
        var frames = ear.heard().stream()
                .filter(frame -> frame.path("id").asText().equals(id))
                .toList();
        assertTrue(!frames.isEmpty(), id);
        return frames.getFirst();
    }
}
