package dev.bincang.hub;

/** Where a subscription writes: one connection, used on its loop only. */
public interface Outlet {

    /** Whether its outbox has room. What is written without looking is bounded by one batch. */
    boolean writable();

    /** Queues frames; nothing is sent before {@link #flush}. */
    void write(Batch batch);

    void flush();

    /** Runs {@code then} once, on the loop, when what was written so far has left. */
    void whenDrained(Runnable then);
}
