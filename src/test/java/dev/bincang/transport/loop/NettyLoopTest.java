package dev.bincang.transport.loop;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NettyLoopTest {

    @Test
    void aTimerContinuesAfterItsTaskThrows() {
        var loop = new DefaultEventLoop();
        var turns = new AtomicInteger();
        try {
            new NettyLoop(loop).every(Duration.ofMillis(1), () -> {
                if (turns.incrementAndGet() % 2 == 0) {
                    throw new IllegalStateException("a fault of one connection");
                }
                throw new OutOfMemoryError("as Netty throws it");
            });
            await().until(() -> turns.get() > 5);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void anExceptionForOneElementDoesNotReachTheOthers() {
        var seen = new ArrayList<Integer>();
        NettyLoop.each(List.of(1, 2, 3), one -> {
            seen.add(one);
            if (one == 2) {
                throw new StackOverflowError();
            }
        });
        assertEquals(List.of(1, 2, 3), seen);
    }
}
