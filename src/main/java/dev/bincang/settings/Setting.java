package dev.bincang.settings;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A declared setting and its valid values.
 *
 * @param name the full name: {@code bincang.connection.max}
 * @param takes the valid values in words; follows "must be"
 */
public record Setting(String name, String takes, Check check) {

    /** Checks whether a value, as it was written, is valid. */
    public interface Check {
        boolean takes(String value);
    }

    private static final Set<String> SWITCHES = Set.of("true", "false", "yes", "no", "on", "off", "1", "0");

    /**
     * All settings of a group and of the groups in it.
     *
     * <p>Fails with IllegalStateException if a setting does not declare its values.
     */
    public static List<Setting> of(Class<?> group, String prefix) {
        var settings = new ArrayList<Setting>();
        for (var method : group.getDeclaredMethods()) {
            var name =
                    prefix + "." + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            var type = method.getReturnType();
            if (type.isInterface() && type.getPackage().equals(group.getPackage())) {
                settings.addAll(of(type, name));
            } else {
                settings.add(of(method, name));
            }
        }
        return settings;
    }

    private static Setting of(Method method, String name) {
        var type = method.getReturnType();
        var range = method.getAnnotation(Range.class);
        var matches = method.getAnnotation(Matches.class);
        if (type == boolean.class) {
            return new Setting(name, "true or false", value -> SWITCHES.contains(value.toLowerCase(Locale.ROOT)));
        }
        if (type.isEnum()) {
            var names = Arrays.stream(type.getEnumConstants())
                    .map(constant ->
                            constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .toList();
            return new Setting(
                    name,
                    "one of " + String.join(", ", names),
                    value -> names.contains(value.toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        if (range != null) {
            var min = number(type, range.min());
            var max = number(type, range.max());
            return new Setting(name, "between %s and %s".formatted(range.min(), range.max()), value -> {
                var number = number(type, value);
                return number != null && number.compareTo(min) >= 0 && number.compareTo(max) <= 0;
            });
        }
        if (matches != null) {
            var pattern = Pattern.compile(matches.value());
            var list = List.class.isAssignableFrom(type);
            return new Setting(
                    name,
                    (list ? "a list in which each item is " : "") + matches.says(),
                    value -> Arrays.stream(list ? value.split("(?<!\\\\),", -1) : new String[] {value})
                            .allMatch(one -> pattern.matcher(one).matches()));
        }
        throw new IllegalStateException(name + " does not declare the values it takes: add @Range or @Matches");
    }

    /**
     * The value as a number: a duration in nanoseconds, a size in bytes, or a plain number. Null if the text is none of
     * them.
     */
    static @Nullable BigDecimal number(Class<?> type, String text) {
        try {
            if (type == Duration.class) {
                var duration = DurationConverter.parseDuration(text);
                return new BigDecimal(BigInteger.valueOf(duration.getSeconds())
                        .multiply(BigInteger.valueOf(1_000_000_000))
                        .add(BigInteger.valueOf(duration.getNano())));
            }
            if (type == MemorySize.class) {
                return new BigDecimal(new MemorySizeConverter().convert(text).asBigInteger());
            }
            return type == double.class ? new BigDecimal(text) : new BigDecimal(new BigInteger(text));
        } catch (RuntimeException e) {
            return null; // the converters throw several exceptions for a malformed text
        }
    }
}
