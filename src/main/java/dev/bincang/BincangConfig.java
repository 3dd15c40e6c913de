package dev.bincang;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** Every setting of Bincang's own. What Quarkus already has a setting for (ports, Redis hosts, TLS, logs) stays there. */
@ConfigMapping(prefix = "bincang")
public interface BincangConfig {

    /** The name of this pod in `welcome` and in logs; a random part per start is added. */
    @WithDefault("${HOSTNAME:pod}")
    String pod();

    /** Who may come in. Keys, issuer and audience of an identity provider are `mp.jwt.*`. */
    Auth auth();

    /** From where. Ports, TLS and trusted proxies are `quarkus.http.*`. */
    Http http();

    /** Rooms and who is in them. */
    Rooms rooms();

    /** What one connection may do; told to clients in `welcome`. */
    Limits limits();

    /** The life of a connection. */
    Connection connection();

    /** How clients are moved to other pods. */
    Drain drain();

    /** How much of a room is kept in Redis. */
    Log log();

    /** How a pod follows a room. */
    Feed feed();

    /** The links to Redis. Hosts, password and TLS are `quarkus.redis.*`. */
    Redis redis();

    interface Auth {

        /** Whether anyone may come in as a guest under a name of his choice. */
        @WithDefault("false")
        boolean guests();

        /** How long a guest's token makes him the same guest; a revocation is remembered as long, or 30 days. */
        @WithDefault("30d")
        Duration guestLifetime();

        /** The claim of an identity provider's token that is shown as the user's name. */
        @WithDefault("name")
        String nameClaim();

        /** The claim that names a user's roles, a slash before each step into it: Keycloak's are in `realm_access/roles`. */
        @WithDefault("groups")
        String roleClaim();

        /** The role among them that may do everything in every room. */
        @WithDefault("bincang-admin")
        String adminRole();
    }

    interface Http {

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

    interface Rooms {

        /** Whether a public room is there as soon as somebody joins it or sends to it. It belongs to nobody. */
        @WithDefault("false")
        boolean open();

        /** Members a room may have. */
        @WithDefault("10000")
        int maxMembers();
    }

    interface Limits {

        /** The largest frame a client may send. */
        @WithDefault("32K")
        MemorySize frameSize();

        /** The longest text of a message, in Unicode code points. */
        @WithDefault("4000")
        int textLength();

        /** Rooms a connection may be in at once. */
        @WithDefault("200")
        int rooms();

        /** Rooms that one request by HTTP can listen to. */
        @WithDefault("20")
        int httpRooms();

        /** Commands a connection may send per second, and a user to a room, in the long run. */
        @WithDefault("20")
        int commandsPerSecond();

        /** Commands a connection may send, and a user to a room, at once after a pause. */
        @WithDefault("40")
        int commandBurst();

        /** Commands of a connection being worked on; beyond that it is not read until some are done. */
        @WithDefault("64")
        int commandsInFlight();

        /** Rooms a user may join on a pod in a minute, by `join` or as a member; `hello` is not counted. */
        @WithDefault("600")
        int joinsPerMinute();

        /** Rooms a user may make on a pod in a minute. */
        @WithDefault("20")
        int roomsPerMinute();

        /** Tokens that do not hold a pod judges for one address in a minute; more are refused unjudged. */
        @WithDefault("60")
        int badTokensPerMinute();

        /** Events a page of history holds at most. */
        @WithDefault("200")
        int historyPage();
    }

    interface Connection {

        /** Connections a pod takes; one more is answered 503, for another pod to have. */
        @WithDefault("20000")
        int max();

        /** Connections of one user a pod takes; one more is closed with 4004. */
        @WithDefault("50")
        int maxPerUser();

        /** Connections of one address a pod takes; one more is answered 503. Zero: as many as it likes. */
        @WithDefault("0")
        int maxPerAddress();

        /** How late the event loops may be; while they are later, new connections are answered 503. */
        @WithDefault("1s")
        Duration maxLag();

        /** How long a client may take until `hello`. */
        @WithDefault("10s")
        Duration helloTimeout();

        /** How often a client is pinged; one that shows no sign of life for twice as long is cut off. */
        @WithDefault("25s")
        Duration pingInterval();

        /** Bytes that may wait for a slow reader before it falls back to reading the log at its own pace. */
        @WithDefault("256K")
        MemorySize outbox();

        /** How long a reader may take nothing at all of what waits for it before it is cut off. */
        @WithDefault("10s")
        Duration stallTimeout();
    }

    interface Drain {

        /** Over which time a pod that ends sends its clients elsewhere, each at a moment of its own. */
        @WithDefault("30s")
        Duration time();

        /** Whether a pod with clearly more connections than the pods have on average sends some elsewhere, slowly. */
        @WithDefault("true")
        boolean rebalance();
    }

    interface Log {

        /** Events kept per room (Redis trims in whole nodes, so a few more may stay). */
        @WithDefault("10000")
        int maxEvents();

        /** How long an event is kept. */
        @WithDefault("30d")
        Duration maxAge();

        /** Memory of Redis that the log of one room may take. */
        @WithDefault("16M")
        MemorySize maxSize();

        /** How often one of the pods looks for events that are too old and logs that are too large. */
        @WithDefault("5m")
        Duration sweepInterval();
    }

    interface Feed {

        /** Recent events of a room that a pod keeps at hand for resuming clients. */
        @WithDefault("128")
        int ringEvents();

        /** Bytes of them. */
        @WithDefault("64K")
        MemorySize ringSize();

        /** How long a pod goes on following a room that nobody here is in any more. */
        @WithDefault("5s")
        Duration linger();

        /** How often each room's head is compared with Redis, beside all other checks. */
        @WithDefault("60s")
        Duration checkInterval();

        /** Under load deliveries are gathered for so long at most; a quiet room never waits. Zero turns it off. */
        @WithDefault("25ms")
        Duration corkMax();
    }

    interface Redis {

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
}
