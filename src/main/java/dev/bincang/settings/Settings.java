package dev.bincang.settings;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings as they were written, defaults included, and what is wrong with them. */
public final class Settings {

    private static final int SHOWN = 100;

    private final Function<String, @Nullable String> values;
    private final Map<String, String> refused = new LinkedHashMap<>();

    /** @param values name → text, or null if it is not set */
    public Settings(Function<String, @Nullable String> values) {
        this.values = values;
    }

    /** The value, or null if it is empty or not set. */
    public @Nullable String text(String name) {
        var value = values.apply(name);
        return value == null || value.isEmpty() ? null : value;
    }

    public boolean has(String name) {
        return text(name) != null;
    }

    /** The value of a setting, or {@code otherwise} if it is empty or not set. */
    public String text(String name, String otherwise) {
        var value = text(name);
        return value == null ? otherwise : value;
    }

    /** Refuses a setting that does not have a required value. The value is shown, so it must not be a secret. */
    public void refuse(String name, String must) {
        var value = values.apply(name);
        refused.putIfAbsent(
                name, "%s%s: must be %s".formatted(name, value == null ? " is not set" : "=" + shown(value), must));
    }

    /** Refuses a setting whose value may contain a secret. The value is not shown. */
    public void refuseUnshown(String name, String must) {
        refused.putIfAbsent(name, "%s: must be %s".formatted(name, must));
    }

    /** Requires that one duration is shorter than another. Checks nothing if one of them is not set. */
    public void shorter(String name, String than) {
        smaller(name, than, Duration.class, 1, "shorter than");
    }

    /** Requires that one size, times {@code factor}, fits into another. */
    public void fits(String name, int factor, String into) {
        var times = factor == 1 ? "" : ", divided by " + factor;
        smaller(name, into, MemorySize.class, factor, "no larger than", times);
    }

    /** Requires that one size has room for {@code times} another. */
    public void holds(String name, int times, String content) {
        var room = number(name, MemorySize.class);
        var needed = number(content, MemorySize.class);
        if (room != null && needed != null && room.compareTo(needed.multiply(BigDecimal.valueOf(times))) < 0) {
            var other = shown(text(content, ""));
            refuse(
                    name,
                    "no smaller than %s, which is %s%s"
                            .formatted(content, other, times == 1 ? "" : ", times " + times));
        }
    }

    /** Requires that one number is not larger than another. */
    public void atMost(String name, String other) {
        smaller(name, other, int.class, 1, "no larger than");
    }

    private void smaller(String name, String than, Class<?> type, int factor, String must, String... more) {
        var left = number(name, type);
        var right = number(than, type);
        if (left == null || right == null) {
            return;
        }
        var difference = left.multiply(BigDecimal.valueOf(factor)).compareTo(right);
        if (difference > 0 || (difference == 0 && type == Duration.class)) {
            refuse(name, "%s %s, which is %s%s".formatted(must, than, shown(text(than, "")), String.join("", more)));
        }
    }

    /** The value as a number; null if it is not set, or not valid, which is reported elsewhere. */
    private @Nullable BigDecimal number(String name, Class<?> type) {
        var value = text(name);
        return value == null ? null : Setting.number(type, value);
    }

    /** Checks the value of each declared setting. A setting without a value is not checked here. */
    public void check(List<Setting> declared) {
        for (var setting : declared) {
            var value = values.apply(setting.name());
            if (value != null && !setting.check().takes(value)) {
                refuse(setting.name(), setting.takes());
            }
        }
    }

    /** One line for each refused name. */
    public Map<String, String> refused() {
        return refused;
    }

    /** The value on one line, shortened if it is long. */
    private static String shown(String value) {
        var line = value.replaceAll("\\p{Cntrl}", "?");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }
}
