package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/** Refuses a command with a code of the closed table. It has no stack trace, because it is an expected answer. */
public final class Refusal extends RuntimeException {

    /**
     * A refusal as an HTTP response shows it: problem details (RFC 9457), {@value #MEDIA_TYPE}.
     *
     * @param type a URI that names the code
     * @param title the code, for people
     * @param status the status of the response
     * @param detail what exactly is wrong; begins with the name of the field, if there is one
     * @param code a code of {@link ErrorCode}
     * @param retry whether the same request may succeed later
     * @param retryAfterMs milliseconds to wait before the next try
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Problem(
            String type,
            String title,
            int status,
            String detail,
            ErrorCode code,
            boolean retry,
            @Nullable Long retryAfterMs) {

        public static final String MEDIA_TYPE = "application/problem+json";

        /** The same problem with a status that differs from its code's own. */
        public Problem withStatus(int other) {
            return new Problem(type, title, other, detail, code, retry, retryAfterMs);
        }

        /** The value of {@code Retry-After} in whole seconds (RFC 9110 section 10.2.3). Null if no time is known. */
        public @Nullable Long retryAfterSeconds() {
            return retryAfterMs == null ? null : Math.ceilDiv(retryAfterMs, 1000L);
        }
    }

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
     * A refusal that tells when to try again.
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

    /** This refusal as a frame for the client. */
    public Frame.Error frame(@Nullable Long req) {
        return new Frame.Error(req, code, String.valueOf(getMessage()), code.retry(), retryAfterMs);
    }

    /** This refusal as an HTTP response. */
    public Problem problem() {
        return new Problem(
                "urn:bincang:error:" + code.wire(),
                code.wire().replace('_', ' '),
                code.status(),
                String.valueOf(getMessage()),
                code,
                code.retry(),
                retryAfterMs);
    }
}
