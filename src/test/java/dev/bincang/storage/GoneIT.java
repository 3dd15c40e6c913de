package dev.bincang.storage;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Over;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A deleted text, and the old text of an edit, are nowhere: not in Redis' file, not in a page, not in a resume. */
class GoneIT {

    private static final String FIRST = "the first text";
    private static final String SECOND = "the second text";

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2);

    @BeforeAll
    static void plainFiles() {
        CLUSTER.redis().command("CONFIG", "SET", "rdbcompression", "no"); // else a text could hide from the search
    }

    @Test
    void theFileOfRedisHasOnlyTheTextThatAMessageHasNow() throws IOException {
        var ana = Http.guest(CLUSTER.pod(0).port(), "Ana");
        var id = ana.say("file", FIRST);
        ana.say("file", "another's");
        assertTrue(file().contains(FIRST), "the search finds a text that is there");

        edit(ana, "file", id, SECOND);
        assertFalse(file().contains(FIRST));
        assertTrue(file().contains(SECOND));

        delete(ana, "file", id);
        assertFalse(file().contains(FIRST));
        assertFalse(file().contains(SECOND));
        assertTrue(file().contains("another's"));
        assertTrue(file().contains("Ana"), "who wrote it stays");
    }

    /** The first resume reads the log, the second the ring of a pod that has seen every event. */
    @Test
    void whoeverResumesFromBeforeAChangeGetsTheMessageAsItIsNow() {
        var room = "resume";
        var ana = Http.guest(CLUSTER.pod(0).port(), "Ana");
        var edited = ana.say(room, FIRST);
        var deleted = ana.say(room, FIRST);
        edit(ana, room, edited, SECOND);
        edit(ana, room, deleted, SECOND);
        edit(ana, room, edited, "the last text");
        delete(ana, room, deleted);
        var ports = List.of(CLUSTER.pod(1).port());

        for (int i = 0; i < 2; i++) {
            try (var ear = new Ear(Over.WEBSOCKET, ports, ana.token(), Map.of(room, "0-0"))) {
                await().until(() -> ear.seqs(room).size() == 6);
                asNow(ear.heard().stream().filter(frame -> frame.has("seq")).toList());
            }
        }
        var page = ana.post("/api/commands", "{\"type\":\"history\",\"req\":1,\"room\":\"" + room + "\"}")
                .ok();
        var events = page.body().path("events");
        asNow(List.of(events.get(0), events.get(1), events.get(2), events.get(3), events.get(4), events.get(5)));
    }

    @Test
    void aPodThatHasHeardTheOldTextDoesNotKeepIt() {
        var room = "ring";
        var ana = Http.guest(CLUSTER.pod(0).port(), "Ana");
        var ports = List.of(CLUSTER.pod(1).port());
        try (var live = new Ear(Over.WEBSOCKET, ports, ana.token(), Map.of(room, "0-0"))) {
            await().until(() -> !live.heard("welcome").isEmpty());
            var edited = ana.say(room, FIRST);
            var deleted = ana.say(room, FIRST);
            edit(ana, room, edited, SECOND);
            edit(ana, room, deleted, SECOND);
            edit(ana, room, edited, "the last text");
            delete(ana, room, deleted);
            await().until(() -> live.seqs(room).size() == 6);
            assertEquals(FIRST, live.heard("message").getFirst().path("text").asText());

            try (var late = new Ear(Over.WEBSOCKET, ports, ana.token(), Map.of(room, "0-0"))) {
                await().until(() -> late.seqs(room).size() == 6);
                asNow(late.heard().stream().filter(frame -> frame.has("seq")).toList());
            }
        }
    }

    /** message, message, edit of the first, edit of the second, edit of the first, deletion of the second. */
    private static void asNow(List<JsonNode> events) {
        var texts = events.stream().map(event -> event.path("text").asText("-")).toList();
        assertEquals(List.of("the last text", "-", "the last text", "-", "the last text", "-"), texts);
        var deleted = events.stream().map(event -> event.has("deleted")).toList();
        assertEquals(List.of(false, true, false, true, false, true), deleted);
        assertEquals(
                events.get(4).path("time").asLong(),
                events.get(0).path("edited").asLong());
        assertEquals(
                events.get(5).path("time").asLong(),
                events.get(1).path("deleted").asLong());
        assertEquals(
                List.of(1L, 2L, 2L, 2L, 2L, 2L),
                events.stream().map(event -> event.path("n").asLong()).toList());
    }

    static void edit(Http by, String room, String target, String text) {
        command(
                by,
                "\"type\":\"edit\",\"room\":\"%s\",\"target\":\"%s\",\"text\":\"%s\"".formatted(room, target, text));
    }

    static void delete(Http by, String room, String target) {
        command(by, "\"type\":\"delete\",\"room\":\"%s\",\"target\":\"%s\"".formatted(room, target));
    }

    private static void command(Http by, String fields) {
        by.post("/api/commands", "{\"req\":1," + fields + "}").ok();
    }

    private static String file() throws IOException {
        return file(CLUSTER);
    }

    /** Redis' file as it is now. */
    static String file(Cluster cluster) throws IOException {
        cluster.redis().command("SAVE");
        return Files.readString(cluster.redis().copyOfData().resolve("dump.rdb"), StandardCharsets.ISO_8859_1);
    }
}
