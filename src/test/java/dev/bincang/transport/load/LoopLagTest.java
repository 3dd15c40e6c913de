package dev.bincang.transport.load;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LoopLagTest {

    /** With real event loops. */
    @Nested
    class Loops {

        private final Vertx vertx = Vertx.vertx();
        private final LoopLag lag = new LoopLag(Duration.ofSeconds(1));

        @AfterEach
        void close() {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }

        @Test
        void theLagOfAHangingLoopIsSeenWhileItHangsAndNotAfterwards() throws InterruptedException {
            lag.start(new StartupEvent(), vertx);
            await().until(() -> lag.worst().toMillis() < 100);
            assertFalse(lag.overloaded());

            var free = new CountDownLatch(1);
            ((VertxInternal) vertx).getEventLoopGroup().next().execute(() -> {
                try {
                    free.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            await().until(() -> lag.worst().compareTo(Duration.ofSeconds(1)) > 0);
            await().until(lag::overloaded);
            free.countDown();
            await().until(() -> !lag.overloaded());
            await().until(() -> lag.worst().toMillis() < 100);
            assertTrue(lag.worst().compareTo(Duration.ZERO) >= 0);
        }
    }

    /** Of one loop, whose time this test sets. The limit is one second. */
    @Nested
    class Overload {

        private static final long EVERY = 250;

        private long now = TimeUnit.DAYS.toNanos(1);
        private final LoopLag.Watch watch = new LoopLag.Watch(TimeUnit.SECONDS.toNanos(1), now);

        private boolean overloadedAfter(long millis) {
            return watch.overloaded(now + TimeUnit.MILLISECONDS.toNanos(millis));
        }

        /** The loop runs its next task this late. */
        private void late(long millis) {
            now += TimeUnit.MILLISECONDS.toNanos(EVERY + millis);
            watch.ran(now);
        }

        @Test
        void aLoopThatStandsStillOnceIsNotOverloaded() {
            late(0);
            assertFalse(overloadedAfter(2_700), "while it stands still");
            late(2_500);
            assertFalse(overloadedAfter(0), "and behind it");
        }

        @Test
        void aLoopWhoseTasksStayLateIsOverloadedUntilOneIsInTime() {
            late(0);
            late(1_100);
            assertFalse(overloadedAfter(0));
            late(1_100);
            assertFalse(overloadedAfter(0));
            for (int i = 0; i < 10; i++) {
                late(1_100);
                assertTrue(overloadedAfter(0));
            }
            late(900);
            assertFalse(overloadedAfter(0));
        }

        @Test
        void aLoopThatHangsIsOverloadedAfterTheLimitAndTwoSeconds() {
            late(0);
            assertFalse(overloadedAfter(3_000));
            assertTrue(overloadedAfter(3_001));
            assertTrue(overloadedAfter(60_000));
            late(60_000);
            assertTrue(overloadedAfter(0), "until a task is in time");
            late(0);
            assertFalse(overloadedAfter(0));
        }

        @Test
        void aLoopWithinTheLimitIsNeverOverloaded() {
            for (int i = 0; i < 100; i++) {
                late(1_000);
                assertFalse(overloadedAfter(1_250));
            }
        }
    }
}
