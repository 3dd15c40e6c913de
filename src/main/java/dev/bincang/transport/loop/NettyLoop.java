package dev.bincang.transport.loop;

import dev.bincang.hub.Hub;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Netty's event loop as a loop of the hub. */
public record NettyLoop(EventLoop eventLoop) implements Hub.Loop {

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        var _ = eventLoop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs the task again and again, even if it throws. Netty alone would stop a timer whose task fails. Runs that the
     * loop missed are not made up for.
     */
    public void every(Duration period, Runnable task) {
        Runnable guarded = () -> Hub.guarded("a timer", task);
        var _ = eventLoop.scheduleWithFixedDelay(guarded, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Calls {@code what} for each current element. An exception for one element does not stop the others. */
    public static <T> void each(Collection<T> all, Consumer<T> what) {
        List.copyOf(all).forEach(one -> Hub.guarded("a connection", () -> what.accept(one)));
    }
}
