package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** Every way in which a command can be refused: a closed table, described in {@code docs/protocol.md}. */
@RegisterForReflection
public enum ErrorCode {
    /** The frame is not a command, or a field has a wrong form. Sending it again does not help. */
    BAD_REQUEST(400, false),
    /** There is no token, or it is not valid. */
    UNAUTHORIZED(401, false),
    /** The user is known but may not do this. */
    FORBIDDEN(403, false),
    /** There is no such room or event. */
    NOT_FOUND(404, false),
    /** The key was used for another command, or the position is not in this room's log any more. */
    CONFLICT(409, false),
    /** The room has changed since the client read it. The client reads it again. */
    CHANGED(412, false),
    /** The frame or the text is longer than the limits in {@code welcome}. */
    TOO_LARGE(413, false),
    /**
     * A limit in {@code welcome} is reached, for example the rooms of a connection. The client leaves something first.
     */
    LIMIT_REACHED(422, false),
    /** The client is too fast. It may retry after {@code retryAfterMs}. */
    RATE_LIMITED(429, true),
    /** An unexpected failure of the server. The log has it under the reference at the end of {@code message}. */
    INTERNAL(500, true),
    /** Redis is away or full. The command may or may not be stored: the client retries with the same key. */
    UNAVAILABLE(503, true);

    private final int status;
    private final boolean retry;

    ErrorCode(int status, boolean retry) {
        this.status = status;
        this.retry = retry;
    }

    /** The HTTP status of an answer with this code. */
    public int status() {
        return status;
    }

    /** Whether the same command may succeed later. */
    public boolean retry() {
        return retry;
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
