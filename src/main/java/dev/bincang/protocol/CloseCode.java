package dev.bincang.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why the server closes a WebSocket: a closed table. A client needs only the range: after 40xx it does not reconnect,
 * after 41xx it reconnects later, after 42xx it reconnects at once and resumes.
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
    REDIS_AWAY(4103, "storage is unavailable"),
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

    /**
     * The close code that follows a refused {@code hello}. Null if the client may send another {@code hello} until its
     * deadline, for example with another name.
     */
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
