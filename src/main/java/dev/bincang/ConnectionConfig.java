package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The life of a connection. */
public interface ConnectionConfig {

    /** Connections a pod takes; one more is answered 503, for another pod to have. */
    @WithDefault("20000")
    @Range(min = "1", max = "1000000")
    int max();

    /** TCP connections a pod takes beside those: idle ones, requests under way, unfinished handshakes; one more is closed. */
    @WithDefault("4000")
    @Range(min = "1", max = "1000000")
    int maxOther();

    /** Connections of one user a pod takes; one more is closed with 4004. */
    @WithDefault("50")
    @Range(min = "1", max = "1000000")
    int maxPerUser();

    /** Connections of one address a pod takes; one more is answered 503. Zero: as many as it likes. */
    @WithDefault("0")
    @Range(min = "0", max = "1000000")
    int maxPerAddress();

    /** How late the event loops may be; while they are later, new connections are answered 503. */
    @WithDefault("1s")
    @Range(min = "10ms", max = "1h")
    Duration maxLag();

    /** How long a client may take until `hello`. */
    @WithDefault("10s")
    @Range(min = "100ms", max = "5m")
    Duration helloTimeout();

    /** How long a client may take from the first byte of a message to its last; then it is closed with 4105. */
    @WithDefault("30s")
    @Range(min = "100ms", max = "5m")
    Duration messageTimeout();

    /** How often a client is pinged; one that shows no sign of life for twice as long is cut off. */
    @WithDefault("25s")
    @Range(min = "1s", max = "1h")
    Duration pingInterval();

    /** Bytes that may wait for a slow reader before it falls back to reading the log at its own pace. */
    @WithDefault("256K")
    @Range(min = "16K", max = "1G")
    MemorySize outbox();

    /** How long a reader may take nothing at all of what waits for it before it is cut off. */
    @WithDefault("10s")
    @Range(min = "100ms", max = "10m")
    Duration stallTimeout();
}
