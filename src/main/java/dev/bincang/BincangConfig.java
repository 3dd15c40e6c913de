package dev.bincang;

import dev.bincang.settings.Matches;
import dev.bincang.settings.Range;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** All of Bincang's own settings. What Quarkus has a setting for (ports, Redis hosts, TLS, logs) is set there. */
@ConfigMapping(prefix = "bincang")
public interface BincangConfig {

    /** The name of this pod in `welcome` and in logs; each start adds a random part. */
    @WithDefault("${HOSTNAME:pod}")
    @Matches(value = "[A-Za-z0-9._-]{1,253}", says = "a host name: letters, digits, dots, underscores and hyphens")
    String pod();

    /** Who may enter. Keys, issuer and audience of an identity provider are `mp.jwt.*`. */
    AuthConfig auth();

    /** Which clients may connect, and the limits of HTTP. Ports, TLS and trusted proxies are `quarkus.http.*`. */
    HttpConfig http();

    /** Rooms and their members. */
    RoomsConfig rooms();

    /** Invitation links, which make whoever holds them a member of a room. */
    InvitesConfig invites();

    /** What is kept of messages. */
    MessagesConfig messages();

    /** The limits of clients; `welcome` tells them to each client. */
    LimitsConfig limits();

    /** The life of a connection. */
    ConnectionConfig connection();

    /** How clients are moved to other pods. */
    DrainConfig drain();

    /** How much of a room is kept in Redis. */
    LogConfig log();

    /** The idempotency keys of commands. */
    KeysConfig keys();

    /** How a pod follows a room. */
    FeedConfig feed();

    /** The links to Redis. Hosts, password and TLS are `quarkus.redis.*`. */
    RedisConfig redis();

    /** What is kept of messages. */
    interface MessagesConfig {

        /** Whether an edit keeps the text that it replaces, up to 10 texts of each message. Moderators, owners and admins can read them until the message is deleted. */
        @WithDefault("false")
        boolean keepEdits();
    }

    /** The idempotency keys of commands. */
    interface KeysConfig {

        /** The minimum time for which an idempotency key is remembered. The maximum is twice this time. */
        @WithDefault("24h")
        @Range(min = "1m", max = "30d")
        Duration time();
    }
}
