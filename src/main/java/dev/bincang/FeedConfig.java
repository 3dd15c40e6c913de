package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a pod follows a room. */
public interface FeedConfig {

    /** Recent events of a room that a pod keeps in memory for resuming clients. */
    @WithDefault("128")
    @Range(min = "1", max = "100000")
    int ringEvents();

    /** Bytes of recent events of a room that a pod keeps in memory. */
    @WithDefault("64K")
    @Range(min = "1K", max = "1G")
    MemorySize ringSize();

    /** How long a pod continues to follow a room after the last subscriber on this pod has left. */
    @WithDefault("5s")
    @Range(min = "0s", max = "1h")
    Duration linger();

    /** How often a pod compares each room's head with Redis, in addition to all other checks. */
    @WithDefault("60s")
    @Range(min = "100ms", max = "1h")
    Duration checkInterval();

    /** The longest time for which deliveries are batched under load. A quiet room never waits. Zero turns batching off. */
    @WithDefault("25ms")
    @Range(min = "0s", max = "1s")
    Duration corkMax();
}
