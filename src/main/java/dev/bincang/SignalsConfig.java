package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Signals: frames that are not logged. */
public interface SignalsConfig {

    /** The largest `data` of an application's signal, as JSON in UTF-8. */
    @WithDefault("1K")
    @Range(min = "16", max = "1K")
    MemorySize size();

    /** How long a pod keeps the newest signal of each key, for clients that poll. Zero keeps none. */
    @WithDefault("10s")
    @Range(min = "0s", max = "1m")
    Duration keep();

    /** Signals per second, in the long run, of one user on a pod. */
    @WithDefault("10")
    @Range(min = "1", max = "1000000")
    int perSecond();

    /** Signals at once, after a pause, of one user on a pod. */
    @WithDefault("20")
    @Range(min = "1", max = "1000000")
    int burst();
}
