package dev.bincang.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why the server closes a WebSocket: a closed table. Clients decide from the range alone: 40xx stay away, 41xx come back
 * later, 42xx come back now and resume.
 */
public enum CloseCode {
    BAD_PROTOCOL(4000, "bad protocol"),
    BAD_TOKEN(4001, "bad token"),
    VERSION(4002, "unsupported protocol version"),
    REVOKED(4003, "revoked"),
    TOO_MANY_CONNECTIONS(4004, "too many connections"),
    ORIGIN(4005, "origin not allowed"),
    OVERLOADED(4100, "overloaded"),
    TOO_FAST(4101, "too fast for too long"),
    TOKEN_EXPIRED(4102, "token expired"),
    REDIS_AWAY(4103, "storage is away"),
    NO_HELLO(4104, "no hello in time"),
    SLOW_MESSAGE(4105, "message not finished in time"),
    DRAIN(4200, "drain"),
    NO_PONG(4201, "no pong"),
    REBALANCE(4202, "rebalance"),
    NO_PROGRESS(4203, "no write progress"),
    STATE_LOST(4204, "state lost"),
    RENEW(4205, "renew");

    private final int code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /** The status code of the close frame (RFC 6455 section 7.4.2, private use). */
    public int code() {
        return code;
    }

    /** What follows a refused {@code hello}; null where he may try again until its deadline, with another name, say. */
    public static @Nullable CloseCode afterHello(ErrorCode refused) {
        return switch (refused) {
            case UNAUTHORIZED -> BAD_TOKEN;
            case FORBIDDEN -> REVOKED;
            case LIMIT_REACHED -> TOO_MANY_CONNECTIONS;
            case RATE_LIMITED -> TOO_FAST;
            case UNAVAILABLE -> REDIS_AWAY;
            default -> null;
        };
    }

    public String reason() {
        return reason;
    }
}
