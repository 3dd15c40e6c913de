package dev.bincang.mark;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A user's own settings of a room. Nobody else sees them.
 *
 * @param pinned whether the user wants the room at the top of their list
 * @param mutedUntil the user wants to hear nothing of the room until then: milliseconds since 1970; 0: not muted
 * @param archived whether the user has put the room away
 * @param notifyAbout what the user wants to hear of
 */
public record Preferences(
        boolean pinned,
        long mutedUntil,
        boolean archived,
        @JsonProperty("notify") Notify notifyAbout) {

    /** Those of a room for which nothing is stored. */
    public static final Preferences DEFAULT = new Preferences(false, 0, false, Notify.ALL);

    /** What a user wants to hear of. */
    public enum Notify {
        ALL,
        MENTIONS,
        NONE;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Throws {@link IllegalArgumentException} for any other word. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static Notify parse(String wire) {
            for (var one : values()) {
                if (one.wire().equals(wire)) {
                    return one;
                }
            }
            throw new IllegalArgumentException("all, mentions or none");
        }
    }

    /** A change. A null field stays as it is. */
    public record Change(
            @Nullable Boolean pinned,
            @Nullable Long mutedUntil,
            @Nullable Boolean archived,
            @JsonProperty("notify") @Nullable Notify notifyAbout) {}

    /** Reads what {@code preferences.lua} stores. */
    static Preferences stored(String text) {
        var words = text.split(" ", 4);
        return new Preferences(
                words[0].equals("1"), Long.parseLong(words[1]), words[2].equals("1"), Notify.parse(words[3]));
    }
}
