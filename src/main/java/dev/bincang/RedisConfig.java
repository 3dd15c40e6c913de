package dev.bincang;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The links to Redis. Hosts, password and TLS are `quarkus.redis.*`. */
public interface RedisConfig {

    /** How long Redis may stay silent before the link counts as broken and commands are refused. */
    @WithDefault("1s")
    Duration timeout();

    /** How often both links are tried. */
    @WithDefault("300ms")
    Duration pulse();

    /** Commands waiting for Redis' answer before further ones are refused (Quarkus' own bound is 2048). */
    @WithDefault("1500")
    int maxInFlight();

    /** Whether to start a Redis of our own where `quarkus.redis.hosts` is not set. */
    @WithDefault("false")
    boolean embedded();
}
