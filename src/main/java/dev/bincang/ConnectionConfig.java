package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The life of a connection. */
public interface ConnectionConfig {

    /** Connections that a pod accepts. The next one is answered 503, so that it goes to another pod. */
    @WithDefault("20000")
    @Range(min = "1", max = "1000000")
    int max();

    /** TCP connections that a pod accepts in addition to `bincang.connection.max`: idle ones, requests in progress, unfinished handshakes. The next one is closed. */
    @WithDefault("4000")
    @Range(min = "1", max = "1000000")
    int maxOther();

    /** Connections that a pod accepts from one user. The next one is closed with 4004. */
    @WithDefault("50")
    @Range(min = "1", max = "1000000")
    int maxPerUser();

    /** Connections that a pod accepts from one address. The next one is answered 503. Zero means no limit. */
    @WithDefault("0")
    @Range(min = "0", max = "1000000")
    int maxPerAddress();

    /** How far an event loop may lag. If one lags more for two seconds, new connections are answered 503 until it recovers. */
    @WithDefault("1s")
    @Range(min = "10ms", max = "1h")
    Duration maxLag();

    /** How long a client may take to send `hello`. */
    @WithDefault("10s")
    @Range(min = "100ms", max = "5m")
    Duration helloTimeout();

    /** How long a client may take from the first byte of a message to the last. Then its connection is closed with 4105. */
    @WithDefault("30s")
    @Range(min = "100ms", max = "5m")
    Duration messageTimeout();

    /** Bytes of unfinished messages that a pod holds. Clients before `hello` may take half of them. Beyond that, a connection whose message is not finished is closed with 4100. */
    @WithDefault("32M")
    @Range(min = "16K", max = "16G")
    MemorySize unfinished();

    /** How often a client is pinged. A client without a sign of life for twice this time is disconnected. */
    @WithDefault("25s")
    @Range(min = "1s", max = "1h")
    Duration pingInterval();

    /** Bytes that may wait for a slow reader. Beyond that, it reads the log at its own pace. */
    @WithDefault("256K")
    @Range(min = "16K", max = "1G")
    MemorySize outbox();

    /** How long a reader may take none of the bytes that wait for it. Then it is disconnected. */
    @WithDefault("10s")
    @Range(min = "100ms", max = "10m")
    Duration stallTimeout();
}
