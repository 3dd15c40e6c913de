package dev.bincang;

import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How clients are moved to other pods. */
public interface DrainConfig {

    /** The time over which an ending pod moves its clients to other pods. Each client gets its own reconnect time. */
    @WithDefault("30s")
    @Range(min = "0s", max = "1h")
    Duration time();

    /** Whether a pod with clearly more connections than the average moves some to other pods, slowly. */
    @WithDefault("true")
    boolean rebalance();
}
