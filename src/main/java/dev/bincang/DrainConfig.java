package dev.bincang;

import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How clients are moved to other pods. */
public interface DrainConfig {

    /** Over which time a pod that ends sends its clients elsewhere, each at a moment of its own. */
    @WithDefault("30s")
    @Range(min = "0s", max = "1h")
    Duration time();

    /** Whether a pod with clearly more connections than the pods have on average sends some elsewhere, slowly. */
    @WithDefault("true")
    boolean rebalance();
}
