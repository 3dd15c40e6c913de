package dev.bincang.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A command is refused with a code of the closed table. Carries no stack trace: it is an answer, not an accident.
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final @Nullable Long retryAfterMs;

    public Refusal(ErrorCode code, String message) {
        this(code, message, null);
    }

    /** A {@code bad_request}. */
    public static Refusal bad(String why) {
        return new Refusal(ErrorCode.BAD_REQUEST, why);
    }

    /**
     * With a hint when to try again.
     *
     * @param retryAfterMs milliseconds after which the same command may be tried again, or null if unknown
     */
    public Refusal(ErrorCode code, String message, @Nullable Long retryAfterMs) {
        super(message, null, false, false);
        this.code = code;
        this.retryAfterMs = retryAfterMs;
    }

    public ErrorCode code() {
        return code;
    }

    /** The frame that tells the client. */
    public Frame.Error frame(@Nullable Long req) {
        return new Frame.Error(req, code, String.valueOf(getMessage()), code.retry(), retryAfterMs);
    }
}
