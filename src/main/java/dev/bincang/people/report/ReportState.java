package dev.bincang.people.report;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.bincang.protocol.Refusal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of a report. It only moves forward: open → claimed → resolved, or open → resolved.
 */
public enum ReportState {
    OPEN('0'),
    CLAIMED('1'),
    RESOLVED('2');

    /** How Redis has it. Lists are in this order. */
    private final char digit;

    ReportState(char digit) {
        this.digit = digit;
    }

    char digit() {
        return digit;
    }

    static ReportState of(char digit) {
        for (var state : values()) {
            if (state.digit == digit) {
                return state;
            }
        }
        throw new IllegalStateException("a report has the state " + digit);
    }

    /** The state's name in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a state's name; null stays null.
     *
     * @throws Refusal {@code bad_request} for any other word
     */
    public static @Nullable ReportState parse(@Nullable String wire) {
        if (wire == null) {
            return null;
        }
        for (var state : values()) {
            if (state.wire().equals(wire)) {
                return state;
            }
        }
        throw Refusal.bad("state: open, claimed or resolved");
    }
}
