package dev.bincang;

import dev.bincang.settings.Matches;
import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
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

    /** What a message may have. */
    MessagesConfig messages();

    /** What is kept about users. */
    PeopleConfig people();

    /** Reports of messages to moderators. */
    ReportsConfig reports();

    /** How much one search may read. */
    SearchConfig search();

    /** Signals: frames that are not logged. */
    SignalsConfig signals();

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

    /** What is kept about users. */
    interface PeopleConfig {

        /** The highest number of users that one user may block. */
        @WithDefault("1000")
        @Range(min = "1", max = "10000")
        int maxBlocks();

        /** How long a user's name and picture are kept after they last connected. */
        @WithDefault("90d")
        @Range(min = "1h", max = "3650d")
        Duration keepProfiles();
    }

    /** Reports of messages to moderators. */
    interface ReportsConfig {

        /** The highest number of reports that a room keeps. A new report replaces the oldest one that is resolved; if there is none, it is refused. */
        @WithDefault("500")
        @Range(min = "1", max = "10000")
        int maxPerRoom();

        /** Reports of one user in one room that nobody has resolved yet. */
        @WithDefault("20")
        @Range(min = "1", max = "10000")
        int maxPerUser();

        /** How long a report and its copy of the message are kept: from the time of the report, and again from the time at which it is resolved. */
        @WithDefault("30d")
        @Range(min = "1m", max = "3650d")
        Duration keep();
    }

    /** The idempotency keys of commands. */
    interface KeysConfig {

        /** The minimum time for which an idempotency key is remembered. The maximum is twice this time. */
        @WithDefault("24h")
        @Range(min = "1m", max = "30d")
        Duration time();
    }

    /** How much one search may read. */
    interface SearchConfig {

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

    /** Signals: frames that are not logged. */
    interface SignalsConfig {

        /** The largest `data` of an application's signal, as JSON in UTF-8. */
        @WithDefault("1K")
        @Range(min = "16", max = "1K")
        MemorySize size();

        /** How long a pod keeps the newest signal of each key, for clients that poll. Zero keeps none. */
        @WithDefault("10s")
        @Range(min = "0s", max = "1m")
        Duration keep();

        /** Signals per second, in the long run, of one user on a pod. */
        @WithDefault("10")
        @Range(min = "1", max = "1000000")
        int perSecond();

        /** Signals at once, after a pause, of one user on a pod. */
        @WithDefault("20")
        @Range(min = "1", max = "1000000")
        int burst();
    }

    /** Invitation links, which make whoever holds them a member of a room. */
    interface InvitesConfig {

        /** Whether guests may accept an invitation link. */
        @WithDefault("true")
        boolean guests();

        /** The longest time for which an invitation link is valid. A link that names no time is valid for 7 days, or for this time if it is shorter. */
        @WithDefault("30d")
        @Range(min = "1m", max = "365d")
        Duration maxAge();

        /** Invitation links that a room may have. A link that has ended, or is used up or revoked, does not count. */
        @WithDefault("100")
        @Range(min = "1", max = "1000")
        int maxPerRoom();
    }
}
