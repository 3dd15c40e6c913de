package dev.bincang.redis.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When silence counts as a failure, and when to retry. */
class SilenceTest {

    private static final Duration INTERVAL = Duration.ofMillis(300);

    private final Silence silence = new Silence(INTERVAL, Duration.ofSeconds(1));
    private long now = TimeUnit.DAYS.toNanos(1);

    SilenceTest() {
        silence.tick(now);
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        silence.tick(now);
    }

    @Test
    void aLinkThatDoesNotAnswerWithinTheTimeoutIsSilent() {
        silence.due();
        pass(300);
        pass(300);
        pass(300);
        assertFalse(silence.tooLong());
        pass(300);
        assertTrue(silence.tooLong());
    }

    @Test
    void aLinkThatOwesNoAnswerIsNotSilent() {
        for (int i = 0; i < 100; i++) {
            pass(300);
        }
        assertFalse(silence.tooLong());
    }

    @Test
    void timeInWhichTheLoopDidNotRunDoesNotCount() {
        silence.due();
        pass(60_000);
        assertFalse(silence.tooLong());
        for (int i = 0; i < 100; i++) {
            pass(1); // the timer catches up
        }
        assertFalse(silence.tooLong());
        for (int i = 0; i < 3; i++) {
            pass(300);
        }
        assertTrue(silence.tooLong(), "but silence that lasts is one");
    }

    @Test
    void anAnswerEndsTheWaitAndProgressRestartsIt() {
        silence.due();
        pass(300);
        pass(300);
        pass(300);
        silence.progress();
        pass(300);
        assertFalse(silence.tooLong());
        silence.answered();
        for (int i = 0; i < 10; i++) {
            pass(300);
        }
        assertFalse(silence.tooLong());
    }

    @Test
    void anAnswerThatIsAlreadyDueKeepsItsDeadline() {
        for (int i = 0; i < 4; i++) {
            silence.due();
            pass(300);
        }
        assertTrue(silence.tooLong());
    }

    @Test
    void retriesHaveJitterAndABound() {
        var backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(1));
        var seen = new HashSet<Duration>();
        for (int i = 0; i < 100; i++) {
            var delay = backoff.failed();
            assertTrue(delay.toMillis() >= 100 && delay.toMillis() <= 1000, delay.toString());
            seen.add(delay);
        }
        assertTrue(seen.size() > 90, seen.size() + " different ones");
        backoff.succeeded();
        assertTrue(backoff.failed().toMillis() <= 200);
        assertTrue(Backoff.about(Duration.ofMillis(300)).toMillis() >= 150);
        assertTrue(Backoff.about(Duration.ofMillis(300)).toMillis() <= 450);
    }

    @Test
    void aRepeatedLogLineIsWrittenOnceAMinuteWithItsCount() {
        var said = new HashSet<String>();
        var time = new long[] {now};
        var log = new SeldomLog((_, text) -> said.add(text), () -> time[0]);
        for (int i = 0; i < 1000; i++) {
            log.warn("away");
            time[0] += TimeUnit.MILLISECONDS.toNanos(100);
        }
        log.warn("refused");

        assertEquals(3, said.size(), said.toString());
        assertTrue(said.contains("away") && said.contains("refused"));
        assertTrue(said.contains("away (599 more times since the last log line)"), said.toString());
    }
}
