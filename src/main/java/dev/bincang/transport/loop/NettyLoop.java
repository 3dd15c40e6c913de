package dev.bincang.transport.loop;

import dev.bincang.hub.Hub;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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

    /** Again and again, whatever it throws: Netty would end a timer whose task fails. */
    public void every(Duration period, Runnable task) {
        Runnable guarded = () -> Hub.guarded("a timer", task);
        var _ = eventLoop.scheduleAtFixedRate(guarded, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Does it to all that are there now; what is thrown for one of them does not keep it from the others. */
    public static <T> void each(Collection<T> all, Consumer<T> what) {
        List.copyOf(all).forEach(one -> Hub.guarded("a connection", () -> what.accept(one)));
    }
}
