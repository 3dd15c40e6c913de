package dev.bincang.rest;

import org.jspecify.annotations.Nullable;

/**
 * A ban or a mute.
 *
 * @param until milliseconds since 1970; left out: for good
 * @param reason shown to all who see the event, up to 500 code points
 */
record Sanction(@Nullable Long until, @Nullable String reason) {

    private static final Sanction FOR_GOOD = new Sanction(null, null);

    /** A request without a body says neither. */
    static Sanction of(@Nullable Sanction body) {
        return body == null ? FOR_GOOD : body;
    }

    long end() {
        return RequestParameters.until(until);
    }

    String why() {
        return reason == null ? "" : reason;
    }
}
