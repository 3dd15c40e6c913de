package dev.bincang.room;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a room. In a change, null leaves a setting as it is; for a new room, null means the default.
 *
 * @param kind {@code public} (every signed-in user may read and join; the default) or {@code private} (members only)
 * @param name the name for people, 1 to 100 code points; default: the id
 * @param topic up to 500 code points
 * @param slowModeSeconds seconds between two messages of one visitor or member, up to a day; 0: no slow mode
 * @param readOnly only moderators, owners and admins may send
 * @param frozen only owners and admins may send; only they can change this, as with kind, history and how much is kept
 * @param history {@code all}, or {@code joined}: members see only events after they joined
 * @param keepMessages the log keeps at least this number of messages; 0: the server's default, which is also the most
 * @param keepDays an older event is removed; 0: the server's default, which is also the longest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Settings(
        @Nullable String kind,
        @Nullable String name,
        @Nullable String topic,
        @Nullable Long slowModeSeconds,
        @Nullable Boolean readOnly,
        @Nullable Boolean frozen,
        @Nullable String history,
        @Nullable Long keepMessages,
        @Nullable Long keepDays) {

    /** Settings that change nothing. */
    public static final Settings NONE = new Settings(null, null, null, null, null, null, null, null, null);

    /** The fields of the hash in Redis that {@link #of} is made from. */
    public static final List<String> FIELDS =
            List.of("kind", "name", "topic", "slowMs", "readOnly", "frozen", "history", "keep", "keepMs");

    private static final int NAME_LENGTH = 100;
    private static final int TOPIC_LENGTH = 500;
    private static final long DAY_MS = 86_400_000;

    /**
     * Makes settings from the hash in Redis.
     *
     * @param fields the hash's fields; null for a missing one
     */
    static Settings of(Map<String, @Nullable String> fields) {
        return new Settings(
                or(fields.get("kind"), "public"),
                fields.get("name"),
                fields.get("topic"),
                Long.parseLong(or(fields.get("slowMs"), "0")) / 1000,
                !or(fields.get("readOnly"), "").isEmpty(),
                !or(fields.get("frozen"), "").isEmpty(),
                or(fields.get("history"), "all"),
                Long.parseLong(or(fields.get("keep"), "0")),
                Long.parseLong(or(fields.get("keepMs"), "0")) / DAY_MS);
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** Whether the settings change who may read; then every reader's access is checked again. */
    boolean changesReading() {
        return kind != null || history != null;
    }

    /** The right that is needed to apply these settings. */
    Right right() {
        return changesReading() || frozen != null || keepMessages != null || keepDays != null
                ? Right.CHANGE_RULES
                : Right.CHANGE_SETTINGS;
    }

    /**
     * Converts fields of the hash in Redis to the names and units of this record. An empty field becomes the default.
     */
    static Map<String, Object> shown(Map<String, String> some) {
        var all = of(new HashMap<>(some));
        var shown = new LinkedHashMap<String, Object>();
        for (var field : FIELDS) {
            if (some.containsKey(field)) {
                switch (field) {
                    case "kind" -> shown.put(field, all.kind);
                    case "name", "topic" -> shown.put(field, some.get(field));
                    case "slowMs" -> shown.put("slowModeSeconds", all.slowModeSeconds);
                    case "readOnly" -> shown.put(field, all.readOnly);
                    case "frozen" -> shown.put(field, all.frozen);
                    case "history" -> shown.put(field, all.history);
                    case "keep" -> shown.put("keepMessages", all.keepMessages);
                    default -> shown.put("keepDays", all.keepDays);
                }
            }
        }
        return shown;
    }

    /**
     * These settings as fields of the hash in Redis. A field is empty if the default is wanted.
     *
     * @throws Refusal {@code bad_request} that names the wrong setting
     */
    Map<String, String> fields(int maxMessages, long maxAgeMs) {
        var fields = new LinkedHashMap<String, String>();
        put(fields, "kind", oneOf("kind", kind, "public", "private"));
        put(fields, "name", text("name", name, NAME_LENGTH));
        put(fields, "topic", text("topic", topic, TOPIC_LENGTH));
        put(fields, "slowMs", number("slowModeSeconds", slowModeSeconds, DAY_MS / 1000, 1000));
        put(fields, "readOnly", flag(readOnly));
        put(fields, "frozen", flag(frozen));
        put(fields, "history", oneOf("history", history, "all", "joined"));
        put(fields, "keep", number("keepMessages", keepMessages, maxMessages, 1));
        put(fields, "keepMs", number("keepDays", keepDays, maxAgeMs / DAY_MS, DAY_MS));
        return fields;
    }

    private static void put(Map<String, String> fields, String field, @Nullable String value) {
        if (value != null) {
            fields.put(field, value);
        }
    }

    private static @Nullable String oneOf(String field, @Nullable String value, String first, String second) {
        if (value != null && !value.equals(first) && !value.equals(second)) {
            throw Refusal.bad(field + ": " + first + " or " + second);
        }
        return value;
    }

    private static @Nullable String text(String field, @Nullable String value, int length) {
        if (value == null) {
            return null;
        }
        var wrong = Text.wrong(value.strip(), length, false);
        if (wrong != null) {
            throw Refusal.bad(field + ": " + wrong);
        }
        return value.strip();
    }

    private static @Nullable String flag(@Nullable Boolean value) {
        return value == null ? null : value ? "1" : "";
    }

    private static @Nullable String number(String field, @Nullable Long value, long max, long unit) {
        if (value == null) {
            return null;
        }
        if (value < 0 || value > max) {
            throw Refusal.bad(field + ": must be a number from 0 to " + max);
        }
        return value == 0 ? "" : Long.toString(value * unit);
    }
}
