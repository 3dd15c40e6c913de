package dev.bincang.auth.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenChecksTest {

    private static final int QUEUE = 3;

    private final TokenChecks checks = new TokenChecks(new SmallRyeConfigBuilder()
            .withMapping(BincangConfig.class)
            .withDefaultValue("HOSTNAME", "pod")
            .withDefaultValue("bincang.limits.token-checks", Integer.toString(QUEUE))
            .withConverter(MemorySize.class, 100, new MemorySizeConverter())
            .withConverter(Duration.class, 100, new DurationConverter())
            .build()
            .getConfigMapping(BincangConfig.class));

    @AfterEach
    void end() {
        checks.end();
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(2));
    }

    @Test
    void aCheckRunsOnItsOwnThread() {
        var thread = now(checks.run(() -> Thread.currentThread().getName()));
        assertTrue(thread.startsWith("bincang-token-"), thread);
    }

    @Test
    void checksThatDoNotFitIntoTheQueueAreRefusedAndTheOthersRun() {
        var go = new CountDownLatch(1);
        var threads = Runtime.getRuntime().availableProcessors();
        var running = IntStream.range(0, threads + QUEUE)
                .mapToObj(i -> checks.run(() -> {
                            awaitQuietly(go);
                            return i;
                        })
                        .subscribeAsCompletionStage())
                .toList();

        var refusal = assertThrows(Refusal.class, () -> now(checks.run(() -> "one too many")));
        go.countDown();

        assertEquals(ErrorCode.UNAVAILABLE, refusal.code());
        for (int i = 0; i < running.size(); i++) {
            assertEquals(i, running.get(i).join());
        }
        assertEquals("again", now(checks.run(() -> "again")));
    }

    private static void awaitQuietly(CountDownLatch go) {
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
