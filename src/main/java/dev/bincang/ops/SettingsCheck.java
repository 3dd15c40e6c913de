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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stops the start where a setting has a value that it cannot have: one line for each, with its name, its value and the
 * values it takes, and exit code 1.
 *
 * <p>It looks at what was written, before any of it is converted: whatever a bad value breaks later would end in a stack
 * trace, and the text of a failed conversion shows values that may be secret. Hence an interceptor of the configuration:
 * what it throws for a name, SmallRye collects and Quarkus prints, without a trace.
 */
public final class SettingsCheck implements SmallRyeConfigBuilderCustomizer {

    /** Of ours; in a native image read when it is built, so that nothing reflects at run time. */
    static final List<Setting> DECLARED = Setting.of(BincangConfig.class, "bincang");

    /** What each area asks for; see {@link SettingsRule}. */
    static final List<SettingsRule> RULES = List.of(new Relations(), new RedisSettings());

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withInterceptors(new Refusing());
        builder.withMappingIgnore("bincang.**"); // UnknownSettings warns of those
    }

    /** What is wrong with the settings: a name, and a line about it. */
    static Map<String, String> wrong(Settings settings) {
        settings.check(DECLARED);
        RULES.forEach(rule -> rule.check(settings));
        return settings.refused();
    }

    /** The outermost interceptor, so that profiles and expressions are resolved below it. */
    @Priority(Integer.MAX_VALUE)
    private static final class Refusing implements ConfigSourceInterceptor {

        /** Null until the first question for a setting that we know: then all sources are there. */
        private @Nullable Map<String, String> wrong;

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
                var line = wrong.remove(name);
                if (line == null && ours) { // one that nobody asks for may be wrong too
                    var left = wrong.keySet().stream().filter(other -> !other.startsWith("bincang."));
                    line = wrong.remove(left.findFirst().orElse(""));
                }
                if (line != null) {
                    throw new Refused(line);
                }
            }
            return context.proceed(name);
        }
    }

    /** Is printed as its line alone: what is collected is printed by toString. */
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
