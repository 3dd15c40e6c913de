package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;

/** How much one search may read. */
public interface SearchConfig {

    /** The highest number of messages that one search looks at. A client goes on from there with another search. */
    @WithDefault("2000")
    @Range(min = "1", max = "20000")
    int messages();

    /** Bytes of messages that one search reads, about. A client goes on from there with another search. */
    @WithDefault("1M")
    @Range(min = "1K", max = "16M")
    MemorySize size();

    /** Searches in progress on a pod, one per user. More are refused for the moment. */
    @WithDefault("8")
    @Range(min = "1", max = "1000")
    int atOnce();
}
