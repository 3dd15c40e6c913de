package dev.bincang.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {

    @ParameterizedTest
    @CsvSource({
        "https://chat.example, chat.example, true",
        "https://chat.example, chat.example:443, true",
        "https://chat.example:443, chat.example, true",
        "http://chat.example, chat.example:80, true",
        "https://Chat.Example, CHAT.example, true",
        "https://chat.example:8443, chat.example:8443, true",
        "https://chat.example:8443, chat.example, false",
        "https://chat.example, chat.example:8443, false",
        "http://chat.example, chat.example:443, false",
        "http://[::1]:8080, [::1]:8080, true",
        "https://evil.example, chat.example, false",
        "https://chat.example.evil.example, chat.example, false",
        "null, chat.example, false",
        "file://chat.example, chat.example, false",
        "https://chat.example/, chat.example, false",
    })
    void selfIsThePageOfTheRequestedHost(String origin, String host, boolean own) {
        var origins = new Origins(List.of("self"));
        assertEquals(!own, origins.foreign(origin, List.of(host)));
        assertEquals(!own, origins.cross(origin, List.of(host)));
    }

    /** A recursive matcher would overflow the stack of the event loop. */
    @Test
    void anOriginOfAnyLengthIsChecked() {
        assertTrue(
                new Origins(List.of("self")).foreign("https://" + "a.".repeat(50_000) + "a", List.of("chat.example")));
    }

    @Test
    void everyHostThatATrustedProxyReportsIsOurs() {
        var hosts = List.of("chat.example:8443", "chat.example");
        var origins = new Origins(List.of("self"));
        assertFalse(origins.foreign("https://chat.example:8443", hosts));
        assertFalse(origins.foreign("https://chat.example", hosts));
        assertTrue(origins.foreign("https://chat.example:9443", hosts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://app.example", "https://app.example/", "https://app.example:443", "HTTPS://App.Example"})
    void aValueMatchesInEverySpelling(String value) {
        var origins = new Origins(List.of(value));
        assertFalse(origins.foreign("https://app.example", List.of("chat.example")));
        assertTrue(origins.foreign("https://chat.example", List.of("chat.example")), "self is not among them");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://*.example",
                "app.example",
                "https://app.example/chat",
                "https://app.example//",
                "https://",
                "wss://app.example",
                "null",
                "",
                "https://app.example:port",
                "https://app.example https://b.example"
            })
    void aValueThatCanNeverMatchStopsTheStart(String value) {
        var wrong = assertThrows(ConfigurationException.class, () -> new Origins(List.of(value)));
        assertTrue(wrong.getMessage().contains("bincang.http.origins"), wrong.getMessage());
    }

    @Test
    void aStarAllowsEveryPage() {
        assertFalse(new Origins(List.of("*")).foreign("https://evil.example", List.of("chat.example")));
    }
}
