package dev.bincang;

import io.smallrye.config.WithDefault;
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
