package dev.bincang.testing.client;

import java.util.concurrent.locks.LockSupport;

/** How fast a client reads: without a limit, a number of frames per second, or not at all. */
public final class Pace {

    private long nanosPerFrame;
    private long due = System.nanoTime();
    private boolean stalled;

    public synchronized void stall() {
        stalled = true;
    }

    public synchronized void perSecond(int frames) {
        free();
        nanosPerFrame = 1_000_000_000L / frames;
        due = System.nanoTime();
    }

    public synchronized void free() {
        stalled = false;
        nanosPerFrame = 0;
        notifyAll();
    }

    /** Waits until the client may read the next frame. */
    void next() throws InterruptedException {
        long wait;
        synchronized (this) {
            while (stalled) {
                wait();
            }
            due += nanosPerFrame;
            wait = nanosPerFrame == 0 ? 0 : due - System.nanoTime();
        }
        if (wait > 0) {
            LockSupport.parkNanos(wait);
        }
    }
}
