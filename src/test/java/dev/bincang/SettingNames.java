package dev.bincang;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The names of the settings that {@link BincangConfig} declares. */
public final class SettingNames {

    private SettingNames() {}

    /** Each setting, for example {@code bincang.connection.max}, and its default. */
    public static Map<String, String> withDefaults() {
        return declared(BincangConfig.class, "bincang.");
    }

    /** The settings with these values, and the others by their defaults, without the application. */
    public static BincangConfig config(Map<String, String> set) {
        var builder = new SmallRyeConfigBuilder()
                .withMapping(BincangConfig.class)
                .withDefaultValue("HOSTNAME", "test")
                .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                .withConverter(Duration.class, 100, new DurationConverter());
        set.forEach(builder::withDefaultValue);
        return builder.build().getConfigMapping(BincangConfig.class);
    }

    private static Map<String, String> declared(Class<?> group, String prefix) {
        var declared = new HashMap<String, String>();
        for (var method : group.getDeclaredMethods()) {
            var name = prefix + kebab(method.getName());
            var initial = method.getAnnotation(WithDefault.class);
            if (initial != null) {
                declared.put(name, initial.value());
            } else {
                declared.putAll(declared(method.getReturnType(), name + "."));
            }
        }
        return declared;
    }

    static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
