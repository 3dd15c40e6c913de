package dev.bincang.rest;

import org.jspecify.annotations.Nullable;

/**
 * The request for a ban or a mute.
 *
 * @param until milliseconds since 1970; if left out, for good
 * @param reason shown to all who see the event, up to 500 code points
 */
record Sanction(@Nullable Long until, @Nullable String reason) {

    private static final Sanction FOR_GOOD = new Sanction(null, null);

    /** The body, or a sanction for good without a reason if there is none. */
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
