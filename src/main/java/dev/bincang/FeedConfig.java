package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a pod follows a room. */
public interface FeedConfig {

    /** Recent events of a room that a pod keeps at hand for resuming clients. */
    @WithDefault("128")
    @Range(min = "1", max = "100000")
    int ringEvents();

    /** Bytes of them. */
    @WithDefault("64K")
    @Range(min = "1K", max = "1G")
    MemorySize ringSize();

    /** How long a pod goes on following a room that nobody here is in any more. */
    @WithDefault("5s")
    @Range(min = "0s", max = "1h")
    Duration linger();

    /** How often each room's head is compared with Redis, beside all other checks. */
    @WithDefault("60s")
    @Range(min = "100ms", max = "1h")
    Duration checkInterval();

    /** Under load deliveries are gathered for so long at most; a quiet room never waits. Zero turns it off. */
    @WithDefault("25ms")
    @Range(min = "0s", max = "1s")
    Duration corkMax();
}
