package dev.bincang.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40, 700, 999, 1_000, 1_001, 1_249, 1_250, 3_333, 29_999})
    void theHighestRateIsFoundWithinFivePercent(int most) {
        var search = run(1_000, most);
        assertTrue(search.held() <= most, () -> "held " + search.held());
        assertTrue(search.held() >= Math.floor(most / 1.05), () -> "held " + search.held());
        assertTrue(search.foundTheEnd());
    }

    @Test
    void theSearchEndsAtTheLimitOfTheLoad() {
        var search = run(1_000, Integer.MAX_VALUE);
        assertEquals(30_000, search.held());
        assertFalse(search.foundTheEnd());
    }

    @Test
    void theSearchEndsIfNoRateHolds() {
        assertEquals(0, run(1_000, 0).held());
    }

    private static Search run(int first, int most) {
        var search = new Search(first, 30_000);
        for (int rate = search.next(), tries = 0; rate > 0; rate = search.next()) {
            search.tried(rate, rate <= most);
            assertTrue(++tries < 40, "the search does not end");
        }
        return search;
    }
}
