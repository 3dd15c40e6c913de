package dev.bincang.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aBurstIsAcceptedAndThenNothingMore() {
        var limit = new RateLimit(20, 40, 0);

        assertEquals(40, takenAt(limit, 0));
        assertEquals(50, limit.take(0));
    }

    @Test
    void afterTheGivenWaitOneIsAccepted() {
        for (var perSecond : List.of(1, 3, 7, 20, 333, 1000)) {
            var limit = new RateLimit(perSecond, 5, 0);
            takenAt(limit, 0);
            long now = 0;
            for (int i = 0; i < 1000; i++) {
                now += TimeUnit.MILLISECONDS.toNanos(limit.take(now));

                assertEquals(0, limit.take(now), perSecond + " per second");
                takenAt(limit, now);
            }
        }
    }

    @Test
    void aRefusalCostsNothing() {
        var limit = new RateLimit(10, 1, 0);
        limit.take(0);
        for (int i = 0; i < 1000; i++) {
            assertTrue(limit.take(i) > 0);
        }

        assertEquals(0, limit.take(SECOND / 10));
    }

    @Test
    void onlyAClientThatDoesNotWaitIgnoresTheLimit() {
        var polite = new RateLimit(10, 4, 0);
        var flood = new RateLimit(10, 4, 0);
        long now = 0;
        for (int i = 0; i < 1000; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(polite.take(now));
            polite.take(now);
        }
        assertFalse(polite.ignored(), "half of the commands were accepted");

        for (int i = 0; i < 24; i++) {
            assertFalse(flood.ignored());
            flood.take(0);
        }
        flood.take(0);
        assertTrue(flood.ignored(), "4 were accepted and 21 were not");
    }

    @Test
    void aWaitIsNeverReportedAsZero() {
        var limit = new RateLimit(1_000_000, 1, 0);
        limit.take(0);

        assertEquals(1, limit.take(0));
    }

    @Test
    void aLongPauseSavesAtMostOneBurst() {
        var limit = new RateLimit(20, 40, 0);
        takenAt(limit, 0);

        assertEquals(40, takenAt(limit, 1_000_000 * SECOND));
    }

    @Test
    void inTheLongRunTheRateCounts() {
        var limit = new RateLimit(20, 40, 0);
        int taken = 0;
        for (long now = 0; now <= 100 * SECOND; now += SECOND / 1000) {
            taken += limit.take(now) == 0 ? 1 : 0;
        }

        assertTrue(Math.abs(taken - (40 + 100 * 20)) <= 1, "was off by more than one");
    }

    @Test
    void theClockMayStartAnywhereAndOverflow() {
        for (var start : List.of(Long.MIN_VALUE, -SECOND, Long.MAX_VALUE - SECOND)) {
            var limit = new RateLimit(20, 40, start);
            takenAt(limit, start);

            assertEquals(20, takenAt(limit, start + SECOND), "a second later");
            assertEquals(40, takenAt(limit, start + 3 * SECOND), "two more");
        }
    }

    private static int takenAt(RateLimit limit, long now) {
        int taken = 0;
        while (limit.take(now) == 0) {
            taken++;
        }
        return taken;
    }
}
