package dev.bincang.transport.load;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopLagTest {

    private final Vertx vertx = Vertx.vertx();
    private final LoopLag lag = new LoopLag();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void theLagOfAHangingLoopIsSeenWhileItHangsAndNotAfterwards() throws InterruptedException {
        lag.start(new StartupEvent(), vertx);
        await().until(() -> lag.worst().toMillis() < 100);

        var free = new CountDownLatch(1);
        ((VertxInternal) vertx).getEventLoopGroup().next().execute(() -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(() -> lag.worst().compareTo(Duration.ofSeconds(1)) > 0);
        free.countDown();
        await().until(() -> lag.worst().toMillis() < 100);
        assertTrue(lag.worst().compareTo(Duration.ZERO) >= 0);
    }
}
