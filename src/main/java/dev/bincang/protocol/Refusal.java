package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * A command is refused with a code of the closed table. Carries no stack trace: it is an answer, not an accident.
 */
public final class Refusal extends RuntimeException {

    /**
     * A refusal as an HTTP answer says it: problem details (RFC 9457), {@value #MEDIA_TYPE}.
     *
     * @param type names the code, so that it is a URI
     * @param title the code, for people
     * @param status of the answer
     * @param detail what exactly is wrong; begins with the field's name where one is
     * @param code of {@link ErrorCode}
     * @param retry whether the same request may succeed later
     * @param retryAfterMs wait for so long, in milliseconds
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

        /** With another status than its code's own. */
        public Problem withStatus(int other) {
            return new Problem(type, title, other, detail, code, retry, retryAfterMs);
        }

        /** For whole seconds of a {@code Retry-After} (RFC 9110 section 10.2.3); null where none is known. */
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

    /** The same as an answer by HTTP. */
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
