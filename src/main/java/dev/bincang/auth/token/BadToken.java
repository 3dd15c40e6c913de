package dev.bincang.auth.token;

import java.util.Locale;

/** Refuses a token for one of a closed list of reasons. Clients do not learn the reason; operators do. */
public final class BadToken extends RuntimeException {

    /**
     * Why a token is refused. The constant is the metric's label; its text tells operators in the log what to check.
     */
    public enum Fault {
        TOO_LONG("it is longer than bincang.limits.token-size"),
        MALFORMED("it is not a JWT, or is nested too deeply, or a field has a wrong type"),
        ALGORITHM("its algorithm is not smallrye.jwt.verify.algorithm"),
        UNKNOWN_KEY("its key is not among the identity provider's keys"),
        SIGNATURE("its signature does not match the key"),
        ISSUER("its issuer is not mp.jwt.verify.issuer"),
        AUDIENCE("its audience is not one of mp.jwt.verify.audiences"),
        EXPIRED("it has expired"),
        NOT_YET_VALID("it was issued in the future; compare the clocks"),
        CLAIMS("a required claim is missing: sub, exp or iat"),
        USER("its sub is not a valid user id"),
        TICKET("the ticket was used, has expired or never existed"),
        GUESTS_OFF("it is a guest's token, and bincang.auth.guests is off"),
        NO_PROVIDER("no identity provider is set");

        private final String detail;

        Fault(String detail) {
            this.detail = detail;
        }

        /** One sentence for the log, without anything from the token. */
        String detail() {
            return detail;
        }

        /** This reason as the metric's label. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Fault fault;

    public BadToken(Fault fault) {
        super(fault.detail(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
