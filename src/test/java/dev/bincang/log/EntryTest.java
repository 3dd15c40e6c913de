package dev.bincang.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bincang.protocol.Id;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryTest {

    @Test
    void whatIsPublishedIsAnEnvelopeAndTheClientsFrame() {
        var entry = published("122-7 121-3133 message guest%3Aana {\"type\":\"message\"}");

        assertEquals(new Id(122, 7), entry.id());
        assertEquals(new Id(121, 3133), entry.prev());
        assertEquals("message", entry.kind());
        assertEquals("guest%3Aana", entry.about());
        assertEquals("{\"type\":\"message\"}", json(entry));
    }

    @Test
    void theFrameIsTakenAsItIs() {
        for (var json : List.of("{\"text\":\"a b  c\"}", " { } ", "{\"text\":\"é \ud83d\ude80\"}", "")) {
            assertEquals(json, json(published("1-1 0-0 message ana " + json)));
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
                "1-1 0-0 message ana",
                "{\"type\":\"message\"}",
                "x 0-0 message ana {}",
                "1-1 x message ana {}",
                "- - typing ana {}",
                " 1-1 0-0 message {}",
                "é 0-0 message ana {}");
        for (var payload : wrong) {
            assertThrows(IllegalArgumentException.class, () -> published(payload), payload);
        }
    }

    private static Entry published(String payload) {
        return Entry.published(payload.getBytes(StandardCharsets.UTF_8));
    }

    private static String json(Entry entry) {
        return new String(entry.json(), StandardCharsets.UTF_8);
    }
}
