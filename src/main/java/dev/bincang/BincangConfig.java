package dev.bincang;

import dev.bincang.settings.Matches;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Every setting of Bincang's own. What Quarkus already has a setting for (ports, Redis hosts, TLS, logs) stays there. */
@ConfigMapping(prefix = "bincang")
public interface BincangConfig {

    /** The name of this pod in `welcome` and in logs; a random part per start is added. */
    @WithDefault("${HOSTNAME:pod}")
    @Matches(value = "[A-Za-z0-9._-]{1,253}", says = "a host name: letters, digits, dots, underscores and hyphens")
    String pod();

    /** Who may come in. Keys, issuer and audience of an identity provider are `mp.jwt.*`. */
    AuthConfig auth();

    /** From where. Ports, TLS and trusted proxies are `quarkus.http.*`. */
    HttpConfig http();

    /** Rooms and who is in them. */
    RoomsConfig rooms();

    /** What one connection may do; told to clients in `welcome`. */
    LimitsConfig limits();

    /** The life of a connection. */
    ConnectionConfig connection();

    /** How clients are moved to other pods. */
    DrainConfig drain();

    /** How much of a room is kept in Redis. */
    LogConfig log();

    /** How a pod follows a room. */
    FeedConfig feed();

    /** The links to Redis. Hosts, password and TLS are `quarkus.redis.*`. */
    RedisConfig redis();
}
