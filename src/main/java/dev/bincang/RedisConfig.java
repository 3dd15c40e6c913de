package dev.bincang;

import dev.bincang.settings.Matches;
import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The links to Redis. Hosts, password and TLS are `quarkus.redis.*`. */
public interface RedisConfig {

    /** What every key and channel begins with. Installations that share a database of a Redis need different ones. */
    @WithDefault("bincang:")
    @Matches(value = "[A-Za-z0-9._:-]{1,64}", says = "1 to 64 of A-Z a-z 0-9 . _ : -")
    String prefix();

    /** How long Redis may stay silent. Then the link counts as broken and commands are refused. */
    @WithDefault("1s")
    @Range(min = "50ms", max = "60s")
    Duration timeout();

    /** How often both links are checked. */
    @WithDefault("300ms")
    @Range(min = "10ms", max = "10s")
    Duration pulse();

    /** Commands that may wait for Redis' answer. More are refused (Quarkus' own bound is 2048). */
    @WithDefault("1500")
    @Range(min = "10", max = "2000")
    int maxInFlight();

    /** Percent of Redis' `maxmemory` that is reserved for moderation. With less free, messages, new rooms, joins, reports and blocks are refused. */
    @WithDefault("10")
    @Range(min = "0", max = "90")
    int reservePercent();

    /** A pod is ready while it has links to this percentage of the cluster's masters. Without a cluster there is one. */
    @WithDefault("50")
    @Range(min = "1", max = "100")
    int nodesUp();

    /** Whether Bincang starts its own Redis if `quarkus.redis.hosts` is not set. */
    @WithDefault("false")
    boolean embedded();
}
