package dev.bincang.settings;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings as somebody wrote them, defaults included, and what is wrong with them. */
public final class Settings {

    private static final int SHOWN = 100;

    private final Function<String, @Nullable String> values;
    private final Map<String, String> refused = new LinkedHashMap<>();

    /** @param values name → text, or null where it is not set */
    public Settings(Function<String, @Nullable String> values) {
        this.values = values;
    }

    /** The value, or null where it is not set or empty. */
    public @Nullable String text(String name) {
        var value = values.apply(name);
        return value == null || value.isEmpty() ? null : value;
    }

    public boolean has(String name) {
        return text(name) != null;
    }

    /** The value of a setting, or {@code otherwise}. */
    public String text(String name, String otherwise) {
        var value = text(name);
        return value == null ? otherwise : value;
    }

    /** A setting does not have a value that it must have. The value is shown, so it must be no secret. */
    public void refuse(String name, String must) {
        var value = values.apply(name);
        refused.putIfAbsent(
                name, "%s%s: must be %s".formatted(name, value == null ? " is not set" : "=" + shown(value), must));
    }

    /** The same for a value that may contain a secret. */
    public void refuseUnshown(String name, String must) {
        refused.putIfAbsent(name, "%s: must be %s".formatted(name, must));
    }

    /** One duration has to be shorter than another; nothing is said where one of them is not set. */
    public void shorter(String name, String than) {
        smaller(name, than, Duration.class, 1, "shorter than");
    }

    /** One size, times {@code factor}, has to fit into another. */
    public void fits(String name, int factor, String into) {
        var times = factor == 1 ? "" : ", divided by " + factor;
        smaller(name, into, MemorySize.class, factor, "no larger than", times);
    }

    /** One number has to be no larger than another. */
    public void atMost(String name, String other) {
        smaller(name, other, int.class, 1, "no larger than");
    }

    private void smaller(String name, String than, Class<?> type, int factor, String must, String... more) {
        var value = text(name);
        var other = text(than);
        var left = value == null ? null : Setting.number(type, value);
        var right = other == null ? null : Setting.number(type, other);
        if (left == null || right == null) {
            return; // not set, or not what the setting takes, which is said elsewhere
        }
        var difference = left.multiply(BigDecimal.valueOf(factor)).compareTo(right);
        if (difference > 0 || (difference == 0 && type == Duration.class)) {
            refuse(
                    name,
                    "%s %s, which is %s%s".formatted(must, than, shown(String.valueOf(other)), String.join("", more)));
        }
    }

    /** Checks what each of them takes. A value that is not set is left to whoever needs it. */
    public void check(List<Setting> declared) {
        for (var setting : declared) {
            var value = values.apply(setting.name());
            if (value != null && !setting.check().takes(value)) {
                refuse(setting.name(), setting.takes());
            }
        }
    }

    /** One line for each name that was refused. */
    public Map<String, String> refused() {
        return refused;
    }

    /** On one line, and not endless. */
    private static String shown(String value) {
        var line = value.replaceAll("\\p{Cntrl}", "?");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }
}
