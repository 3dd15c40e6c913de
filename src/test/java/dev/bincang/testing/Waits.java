package dev.bincang.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How tests wait for a condition. */
public final class Waits {

    /** Long enough for a machine that is ten times busier. A condition that comes true ends the wait at once. */
    public static final Duration LONG = Duration.ofMinutes(2);

    /** {@link #LONG} for a socket. */
    public static final int LONG_MS = Math.toIntExact(LONG.toMillis());

    private Waits() {}

    /** Waits for a condition. A test that needs another bound sets it by {@code atMost}. */
    public static ConditionFactory await() {
        return Awaitility.await().atMost(LONG);
    }
}
