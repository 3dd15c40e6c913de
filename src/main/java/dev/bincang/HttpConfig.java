package dev.bincang;

import dev.bincang.settings.Matches;
import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** From where. Ports, TLS and trusted proxies are `quarkus.http.*`. */
public interface HttpConfig {

    /** Whose pages may connect and ask: `self` is the server's own origin, others are like `https://chat.example`, `*` is any. */
    @WithDefault("self")
    @Matches(value = "\\*|self|https?://[^/?#@\\s]+", says = "self, * or an origin such as https://chat.example")
    List<String> origins();

    /** Names under which clients reach the server, like `chat.example`, without a port; a request for another name is answered 421. `*` is any. Addresses and `localhost` always do. */
    @WithDefault("*")
    @Matches(
            value = "\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*",
            says = "* or a host such as chat.example, without a port")
    List<String> hosts();

    /** How long a request may take to arrive, from its first byte to its last; a slower one is answered 408. */
    @WithDefault("20s")
    @Range(min = "100ms", max = "1h")
    Duration requestTime();

    /** Bytes of unfinished requests' bodies that a pod holds; one more request is answered 503. */
    @WithDefault("32M")
    @Range(min = "256K", max = "16G")
    MemorySize bodies();

    /** Bytes of the answers to one array of commands; the commands after that are refused with `rate_limited`, for the next request. */
    @WithDefault("1M")
    @Range(min = "1K", max = "1G")
    MemorySize answerSize();

    /** How often something is written to a stream, so that nobody on the way takes it for dead; most proxies wait 30 or 60 seconds. */
    @WithDefault("15s")
    @Range(min = "100ms", max = "1h")
    Duration heartbeat();

    /** How long a stream lasts at most: then its client is sent to open the next, and one who vanished without a word is gone. */
    @WithDefault("2m")
    @Range(min = "1s", max = "1d")
    Duration streamTime();

    /** The longest that a long poll waits; less than `quarkus.http.idle-timeout` and what proxies wait for an answer. */
    @WithDefault("50s")
    @Range(min = "1s", max = "1h")
    Duration maxWait();
}
