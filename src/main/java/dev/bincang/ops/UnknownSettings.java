package dev.bincang.ops;

import dev.bincang.settings.Setting;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.SmallRyeConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * Warns about names that look like our settings but are not. A misspelt setting has no effect, and nobody would notice.
 */
@Singleton
class UnknownSettings {

    private static final Logger LOG = Logger.getLogger(UnknownSettings.class);

    void warn(@Observes StartupEvent event, SmallRyeConfig config) {
        var properties = StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .collect(Collectors.toSet());
        unknown(SettingsCheck.DECLARED, properties, System.getenv())
                .forEach(name -> LOG.warnf("%s is not a setting of Bincang and has no effect", name));
    }

    /**
     * The unknown names: properties that begin with {@code bincang.}, and environment variables that begin with {@code
     * BINCANG_}.
     */
    static Set<String> unknown(List<Setting> declared, Collection<String> properties, Map<String, String> environment) {
        var names = declared.stream().map(Setting::name).collect(Collectors.toSet());
        var variables = names.stream().map(UnknownSettings::variable).collect(Collectors.toSet());
        var unknown = new TreeSet<String>();
        for (var property : properties) {
            var name = property.replaceAll("\\[\\d+]$", ""); // an item of a list
            if (property.startsWith("bincang.") && !names.contains(name) && !variables.contains(variable(name))) {
                unknown.add(property);
            }
        }
        for (var variable : environment.keySet()) {
            if (variable.startsWith("BINCANG_")
                    && !variables.contains(variable.replaceAll("_\\d+_$", ""))
                    && !isServiceLink(variable, environment)) {
                unknown.add(variable);
            }
        }
        // An unknown variable also appears as a property of the same name.
        unknown.removeIf(name -> name.startsWith("bincang.") && unknown.contains(variable(name)));
        return unknown;
    }

    /** Whether Kubernetes set the variable for a Service whose name begins with bincang. */
    private static boolean isServiceLink(String variable, Map<String, String> environment) {
        return environment.keySet().stream()
                .filter(name -> name.endsWith("_SERVICE_HOST"))
                .map(name -> name.substring(0, name.length() - "SERVICE_HOST".length()))
                .anyMatch(service -> variable.startsWith(service + "SERVICE_")
                        || variable.equals(service + "PORT")
                        || variable.startsWith(service + "PORT_"));
    }

    private static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
