package dev.bincang;

import dev.bincang.settings.Matches;
import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** Which clients may connect, and the limits of HTTP. Ports, TLS and trusted proxies are `quarkus.http.*`. */
public interface HttpConfig {

    /** The origins of the pages that may connect and send requests. `self` is the server's own origin, others look like `https://chat.example`, `*` means any. */
    @WithDefault("self")
    @Matches(value = "\\*|self|https?://[^/?#@\\s]+", says = "self, * or an origin such as https://chat.example")
    List<String> origins();

    /** Host names that clients may use for the server, without a port, like `chat.example`. A request for another name is answered 421. `*` means any. IP addresses and `localhost` are always allowed. */
    @WithDefault("*")
    @Matches(
            value = "\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*",
            says = "* or a host such as chat.example, without a port")
    List<String> hosts();

    /** How long a request may take to arrive, from its first byte to its last. A slower one is answered 408. */
    @WithDefault("20s")
    @Range(min = "100ms", max = "1h")
    Duration requestTime();

    /** Bytes of the bodies of unfinished requests that a pod holds. Beyond that, a new request is answered 503. The same number applies to answers that clients do not read: beyond that, the connection with the newest one is closed. */
    @WithDefault("32M")
    @Range(min = "256K", max = "16G")
    MemorySize bodies();

    /** Bytes of the answers to one array of commands. The commands after that are refused with `rate_limited` and belong in the next request. */
    @WithDefault("1M")
    @Range(min = "1K", max = "1G")
    MemorySize answerSize();

    /** How often a stream writes something, so that no proxy takes it for dead. Most proxies wait 30 or 60 seconds. */
    @WithDefault("15s")
    @Range(min = "100ms", max = "1h")
    Duration heartbeat();

    /** The longest time that a stream lasts. Then its client opens the next one, and the pod notices clients that have vanished. */
    @WithDefault("2m")
    @Range(min = "1s", max = "1d")
    Duration streamTime();

    /** The longest time that a long poll waits. It must be shorter than `quarkus.http.idle-timeout` and than what proxies wait for an answer. */
    @WithDefault("50s")
    @Range(min = "1s", max = "1h")
    Duration maxWait();
}
