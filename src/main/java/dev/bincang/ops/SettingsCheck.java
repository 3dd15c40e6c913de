package dev.bincang.ops;

import dev.bincang.BincangConfig;
import dev.bincang.redis.setup.RedisSettings;
import dev.bincang.settings.Setting;
import dev.bincang.settings.Settings;
import dev.bincang.settings.SettingsRule;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import jakarta.annotation.Priority;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stops the start if a setting has a value that is not valid. It prints one line for each, with its name, its value and
 * the valid values, and exits with code 1.
 *
 * <p>It checks the values as they were written, before any conversion. Otherwise a bad value would end in a stack trace
 * later, and the message of a failed conversion may show a secret. So this is an interceptor of the configuration:
 * SmallRye collects the exceptions that it throws for a name, and Quarkus prints them without a stack trace.
 */
public final class SettingsCheck implements SmallRyeConfigBuilderCustomizer {

    /** Our own settings. A native image reads them when it is built, so that nothing uses reflection at run time. */
    static final List<Setting> DECLARED = Setting.of(BincangConfig.class, "bincang");

    /** The rules of each area; see {@link SettingsRule}. */
    static final List<SettingsRule> RULES = List.of(new Relations(), new RedisSettings());

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withInterceptors(new Refusing());
        builder.withMappingIgnore("bincang.**"); // UnknownSettings warns about unknown names
    }

    /** What is wrong with the settings: each refused name and a line about it. */
    static Map<String, String> wrong(Settings settings) {
        settings.check(DECLARED);
        RULES.forEach(rule -> rule.check(settings));
        return settings.refused();
    }

    /** The outermost interceptor: profiles and expressions are resolved before it sees a value. */
    @Priority(Integer.MAX_VALUE)
    private static final class Refusing implements ConfigSourceInterceptor {

        /** Null until the first request for a known setting. At that time all configuration sources exist. */
        private @Nullable Map<String, String> wrong;

        /** Refused settings whose values may be secret. A failed conversion would print them, so nobody reads them. */
        private final Set<String> hidden = new HashSet<>();

        @Override
        public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
            var ours = name.startsWith("bincang.");
            if (wrong == null && (ours || name.startsWith("quarkus.redis."))) {
                wrong = wrong(new Settings(asked -> {
                    var value = context.proceed(asked);
                    return value == null ? null : value.getValue();
                }));
            }
            if (wrong != null && !wrong.isEmpty()) {
                if (hidden.isEmpty()) {
                    wrong.forEach((refused, line) -> {
                        if (line.startsWith(refused + ":")) { // the line does not show the value
                            hidden.add(refused);
                        }
                    });
                }
                var line = wrong.remove(name);
                if (line == null && ours) { // a setting that nothing reads may be wrong too
                    var left = wrong.keySet().stream().filter(other -> !other.startsWith("bincang."));
                    line = wrong.remove(left.findFirst().orElse(""));
                }
                if (line != null) {
                    throw new Refused(line);
                }
            }
            return hidden.contains(name) ? null : context.proceed(name);
        }
    }

    /** An exception that prints only its line. The collected exceptions are printed by {@code toString}. */
    @SuppressWarnings("OverrideThrowableToString")
    private static final class Refused extends RuntimeException {
        private Refused(String line) {
            super(line, null, false, false);
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
