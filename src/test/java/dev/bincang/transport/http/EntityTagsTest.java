package dev.bincang.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entity tags in the form of RFC 9110 section 8.8.3. */
class EntityTagsTest {

    @Test
    void aListHasStrongAndWeakTags() {
        var tags = EntityTags.parse(List.of("\"1-1\", W/\"2-2\"", " \"a,b\" ,, \"\""));
        assertEquals(List.of("1-1", "a,b", ""), tags.strong());
        assertEquals(List.of("2-2"), tags.weak());
        assertTrue(tags.has("2-2"));
        assertTrue(tags.has("1-1"));
        assertFalse(tags.has("3-3"));
    }

    @Test
    void aStarMatchesEveryTag() {
        var tags = EntityTags.parse(List.of(" * "));
        assertTrue(tags.any());
        assertTrue(tags.has("3-3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "1-1", "\"1", "1\"", "w/\"1\"", "\"1\" \"2\"", "*, \"1\"", "\"a b\"", "W/ \"1\""})
    void aMalformedHeaderIsRefused(String header) {
        assertThrows(IllegalArgumentException.class, () -> EntityTags.parse(List.of(header)));
    }
}
