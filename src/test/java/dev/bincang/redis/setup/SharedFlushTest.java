package dev.bincang.redis.setup;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.redis.Links;
import dev.bincang.redis.RedisChannels;
import dev.bincang.redis.RedisCommands;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Redis counts how often it reads from a socket. */
@QuarkusTest
class SharedFlushTest {

    private static final int COMMANDS = 200;

    @Inject
    RedisCommands link;

    @Inject
    RedisChannels pubsub;

    @Inject
    Links links;

    private long reads() {
        var stats = link.call("INFO", "stats").await().atMost(Duration.ofMinutes(1));
        return Long.parseLong(stats.text().replaceFirst("(?s).*total_reads_processed:(\\d+).*", "$1"));
    }

    @Test
    void commandsOfOneTickShareAWrite() throws InterruptedException {
        await().until(links::up);
        var before = reads();

        var answers = new CountDownLatch(COMMANDS);
        pubsub.execute(() -> {
            for (int i = 0; i < COMMANDS; i++) {
                link.call("PING", "pong").subscribe().with(pong -> answers.countDown());
            }
        });

        assertTrue(answers.await(1, TimeUnit.MINUTES));
        var more = reads() - before; // with those of the watchdog's pulses
        assertTrue(more < COMMANDS / 4, more + " reads for " + COMMANDS + " commands");
    }
}
