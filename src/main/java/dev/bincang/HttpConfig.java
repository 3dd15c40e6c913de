package dev.bincang;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** From where. Ports, TLS and trusted proxies are `quarkus.http.*`. */
public interface HttpConfig {

    /** Whose pages may connect and ask: `self` is the server's own origin, others are like `https://chat.example`, `*` is any. */
    @WithDefault("self")
    List<String> origins();

    /** How often something is written to a stream, so that nobody on the way takes it for dead; most proxies wait 30 or 60 seconds. */
    @WithDefault("15s")
    Duration heartbeat();

    /** How long a stream lasts at most: then its client is sent to open the next, and one who vanished without a word is gone. */
    @WithDefault("2m")
    Duration streamTime();

    /** The longest that a long poll waits; less than `quarkus.http.idle-timeout` and what proxies wait for an answer. */
    @WithDefault("50s")
    Duration maxWait();
}
