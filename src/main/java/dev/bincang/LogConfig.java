package dev.bincang;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much of a room is kept in Redis. */
public interface LogConfig {

    /** Events kept per room (Redis trims in whole nodes, so a few more may stay). */
    @WithDefault("10000")
    int maxEvents();

    /** How long an event is kept. */
    @WithDefault("30d")
    Duration maxAge();

    /** Memory of Redis that the log of one room may take. */
    @WithDefault("16M")
    MemorySize maxSize();

    /** How often one of the pods looks for events that are too old and logs that are too large. */
    @WithDefault("5m")
    Duration sweepInterval();
}
