package dev.bincang.transport;

import dev.bincang.hub.Hub;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Netty's event loop, as the hub knows one. */
public record NettyLoop(EventLoop eventLoop) implements Hub.Loop {

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        var _ = eventLoop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
