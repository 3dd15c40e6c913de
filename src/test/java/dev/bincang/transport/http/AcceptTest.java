package dev.bincang.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The format that a client prefers, by RFC 9110 section 12.5.1. */
class AcceptTest {

    private static final List<String> OFFERED =
            List.of("application/json", "application/x-ndjson", "text/event-stream");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*                                                   | application/json",
                "application/*                                         | application/json",
                "text/*                                                | text/event-stream",
                "Text/Event-Stream                                     | text/event-stream",
                "APPLICATION/X-NDJSON                                  | application/x-ndjson",
                "application/json;q=0.5, text/event-stream             | text/event-stream",
                "application/json;Q=0.5, text/event-stream;Q=0.6       | text/event-stream",
                "text/event-stream, */*                                | text/event-stream",
                "*/*, text/event-stream                                | text/event-stream",
                "*/*;q=0.9, application/json;q=0.1                     | application/x-ndjson",
                "*/*, application/json;q=0, application/x-ndjson;q=0   | text/event-stream",
                "text/html, application/json;q=0.001                   | application/json",
                "application/json; charset=utf-8                       | application/json",
                "text/event-stream;q=1.000                             | text/event-stream",
            })
    void theMostSpecificRangeDecides(String accept, String chosen) {
        assertEquals(chosen, Accept.best(List.of(accept), OFFERED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/json;q=0", "*/*;q=0.0", "text/event-stream;q=0, image/*"})
    void aFormatThatIsNotAllowedIsNotChosen(String accept) {
        assertNull(Accept.best(List.of(accept), OFFERED));
    }

    @Test
    void severalHeaderLinesAreOneList() {
        assertEquals("text/event-stream", Accept.best(List.of("*/*;q=0.1", "text/event-stream"), OFFERED));
        assertEquals("application/json", Accept.best(List.of(), OFFERED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json;q=x", "application/json;q=2", "application/json;q=-1", ";;;", "x/y/z;q=NaN"})
    void aMalformedHeaderIsRefused(String accept) {
        assertThrows(IllegalArgumentException.class, () -> Accept.best(List.of(accept), OFFERED));
    }
}
