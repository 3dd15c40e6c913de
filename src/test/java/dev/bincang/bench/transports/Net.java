package dev.bincang.bench.transports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * All connections of the load, on the calling thread, and the simulated round trip to the server. A write reaches its
 * socket half a round trip later, and received bytes are passed on half a round trip later. Each piece is delayed by
 * itself and in order, and is never merged with another.
 */
final class Net implements AutoCloseable {
    private record Later(long due, long number, Runnable task) {}

    final Selector selector = Selector.open();
    final ByteBuffer in = ByteBuffer.allocateDirect(1 << 18);

    private final PriorityQueue<Later> later =
            new PriorityQueue<>(Comparator.comparingLong(Later::due).thenComparingLong(Later::number));
    private long numbers;
    private long half;

    Net() throws IOException {}

    /** Only between two loads: bytes on their way keep their delay. */
    void roundTrip(int milliseconds) {
        half = milliseconds * 500_000L;
    }

    /** Delays a task by half a round trip, to or from the server. */
    void carry(Runnable task) {
        if (half == 0) {
            task.run();
        } else {
            after(half, task);
        }
    }

    void after(long nanos, Runnable task) {
        later.add(new Later(System.nanoTime() + nanos, numbers++, task));
    }

    /** Runs until it is done or the time is over. Returns whether it is done. */
    boolean until(long end, BooleanSupplier done) throws IOException {
        while (!done.getAsBoolean()) {
            long now = System.nanoTime();
            while (!later.isEmpty() && later.peek().due() <= now) {
                later.remove().task().run();
            }
            if (now >= end) {
                return done.getAsBoolean();
            }
            turn((later.isEmpty() ? end : Math.min(end, later.peek().due())) - System.nanoTime());
        }
        return true;
    }

    /** Selecting waits only whole milliseconds. The rest is slept in short steps, so that nothing is late. */
    private void turn(long nanos) throws IOException {
        if (nanos >= 1_000_000) {
            selector.select(Net::ready, Math.min(nanos / 1_000_000, 100));
        } else {
            if (nanos > 0) {
                LockSupport.parkNanos(Math.min(nanos, 100_000));
            }
            selector.selectNow(Net::ready);
        }
    }

    private static void ready(SelectionKey key) {
        ((Line) key.attachment()).readable();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
