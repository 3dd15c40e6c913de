package dev.bincang.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryTest {

    @Test
    void whatIsPublishedIsAnEnvelopeAndTheClientsFrame() {
        var entry = published("122-7 121-3133 message guest%3Aana 1763762400000 100 120 - {\"type\":\"message\"\n}");

        assertEquals(new Id(122, 7), entry.id());
        assertEquals(new Id(121, 3133), entry.prev());
        assertEquals("message", entry.kind());
        assertEquals("guest%3Aana", entry.about());
        assertEquals("{\"type\":\"message\"}", json(entry));
    }

    @Test
    void theFrameIsTakenAsItIs() {
        for (var json : List.of("{\"text\":\"a b  c\"}", "{ }", "{\"text\":\"é \ud83d\ude80\"}")) {
            assertEquals(json, json(published("1-1 0-0 message ana 1 1 1 - " + json.replaceFirst("}$", "\n}"))));
        }
    }

    @Test
    void anythingElseIsRefused() {
        var wrong = List.of(
                "",
                " ",
                "    ",
                "1-1",
                "1-1 0-0",
                "1-1 0-0 message",
                "1-1 0-0 message ana {}",
                "1-1 0-0 message ana 1 1 1 {\n}",
                "1-1 0-0 message ana 1 1 1 - {}",
                "1-1 0-0 message ana",
                "{\"type\":\"message\"}",
                "x 0-0 message ana 1 1 1 - {\n}",
                "1-1 x message ana 1 1 1 - {\n}",
                "- - typing ana 1 1 1 - {\n}",
                " 1-1 0-0 message {}",
                "é 0-0 message ana 1 1 1 - {\n}");
        for (var payload : wrong) {
            assertThrows(IllegalArgumentException.class, () -> published(payload), payload);
        }
    }

    @Test
    void thePartThatCanChangeIsBehindALineFeedWhichNobodyGets() {
        var message = published("2-7 1-1 message ana 1 1 1 - {\"id\":\"2-7\"\n,\"text\":\"old\"}");
        var edit = published("3-7 2-7 edited ana 2 1 1 2-7 {\"id\":\"3-7\"\n,\"text\":\"new\",\"edited\":2}");
        var deletion = published("4-7 3-7 deleted ana 3 1 1 2-7 {\"id\":\"4-7\"\n,\"deleted\":3}");

        assertEquals("{\"id\":\"2-7\",\"text\":\"old\"}", json(message));
        assertEquals(new Id(2, 7), edit.target());
        assertEquals("{\"id\":\"2-7\",\"text\":\"new\",\"edited\":2}", json(message.after(edit)));
        assertEquals("{\"id\":\"2-7\",\"deleted\":3}", json(message.after(edit).after(deletion)));
        assertEquals("{\"id\":\"3-7\",\"deleted\":3}", json(edit.after(deletion)));
        assertEquals(edit, edit.after(message));
    }

    @Test
    void whatIsStoredMakesTheFrameThatWasPublished() {
        var kept = ",\"from\":{\"id\":\"ana\",\"name\":\"Ana\"}\n";
        var message = stored("1-1 message ana 5 9 12 -", kept + ",\"text\":\"hi\"}", "");

        assertEquals(
                "{\"type\":\"message\",\"room\":\"general\",\"id\":\"2-7\",\"seq\":2,\"time\":5,\"n\":9,"
                        + "\"from\":{\"id\":\"ana\",\"name\":\"Ana\"},\"text\":\"hi\"}",
                json(message));
        assertEquals(
                "{\"type\":\"edited\",\"room\":\"general\",\"id\":\"2-7\",\"seq\":2,\"time\":5,\"n\":9,"
                        + "\"target\":\"1-1\",\"text\":\"now\"}",
                json(stored("1-1 edited ana 5 9 12 1-1", ",\"target\":\"1-1\"\n", kept + ",\"text\":\"now\"}")));
        assertEquals(
                "{\"type\":\"edited\",\"room\":\"general\",\"id\":\"2-7\",\"seq\":2,\"time\":5,\"n\":9,"
                        + "\"target\":\"1-1\"}",
                json(stored("1-1 edited ana 5 9 12 1-1", ",\"target\":\"1-1\"\n", "")),
                "the message was trimmed");
        assertEquals(
                "member", new String(stored("1-1 out ana 5 9 12 -", "\n}", "").json(), 9, 6, StandardCharsets.UTF_8));
        assertEquals("out", stored("1-1 out ana 5 9 12 -", "\n}", "").kind());
    }

    @Test
    void whatOthersHaveAddedComesBeforeTheContent() {
        var message = stored("1-1 message ana 5 9 12 -", ",\"key\":\"k\"\n,\"text\":\"hi\"}", "", ",\"pinned\":{}");
        assertEquals(
                "{\"type\":\"message\",\"room\":\"general\",\"id\":\"2-7\",\"seq\":2,\"time\":5,\"n\":9,"
                        + "\"key\":\"k\",\"pinned\":{},\"text\":\"hi\"}",
                json(message));
        assertEquals(",\"text\":\"hi\"}", json(message).substring(message.rest()));
    }

    /** An event about reactions or a pin does not change the content of its message. */
    @Test
    void onlyAnEditOrADeletionChangesAMessage() {
        var body = ",\"target\":\"1-1\"\n,\"changes\":[]}";
        assertNull(stored("1-1 reacted - 5 9 12 1-1", body, "").target());
        assertNull(published("2-7 1-1 pinned ana 5 9 12 1-1 {\"type\":\"pinned\"\n}")
                .target());
        assertEquals(
                new Id(1, 1),
                stored("1-1 edited ana 5 9 12 1-1 1-3+", ",\"x\":1\n", body).target());
    }

    private static Entry stored(String envelope, String body, String target) {
        return stored(envelope, body, target, "");
    }

    private static Entry stored(String envelope, String body, String target, String extra) {
        return Entry.stored(
                new RoomId("general"),
                "2-7",
                envelope,
                body.getBytes(StandardCharsets.UTF_8),
                target.getBytes(StandardCharsets.UTF_8),
                extra.getBytes(StandardCharsets.UTF_8));
    }

    private static Entry published(String payload) {
        return Entry.published(payload.getBytes(StandardCharsets.UTF_8));
    }

    private static String json(Entry entry) {
        return new String(entry.json(), StandardCharsets.UTF_8);
    }
}
