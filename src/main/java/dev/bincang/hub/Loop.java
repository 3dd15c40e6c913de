package dev.bincang.hub;

import java.time.Duration;

/** An event loop: what runs on it runs one after the other. */
public interface Loop {

    /** Later, behind all that was given before. Callable from any thread. */
    void execute(Runnable task);

    /** Not before {@code delay} has passed. */
    void after(Duration delay, Runnable task);
}
