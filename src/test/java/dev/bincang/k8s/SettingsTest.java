package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.BincangConfig;
import dev.bincang.SettingNames;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.config.Names;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting in a ConfigMap exists, is read at run time, and has a valid value. */
class SettingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Manifests> all() {
        return Manifests.all();
    }

    private static String variable(String setting) {
        return setting.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static Set<String> names(Manifests manifests) {
        return Stream.concat(
                        manifests.settings().keySet().stream(),
                        manifests.container().getEnv().stream().map(EnvVar::getName))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("all")
    void everySettingIsKnown(Manifests manifests) throws IOException {
        var known = Stream.of(SettingNames.withDefaults().keySet(), jwt())
                .flatMap(Set::stream)
                .map(SettingsTest::variable)
                .collect(Collectors.toSet());
        known.addAll(quarkus());
        var unknown = names(manifests).stream()
                .filter(name -> !known.contains(name) && !used(manifests, name))
                .toList();
        assertEquals(List.of(), unknown);
    }

    /** Whether a setting contains the variable, like {@code ${REDIS_PASSWORD}}. */
    private static boolean used(Manifests manifests, String variable) {
        return manifests.settings().values().stream().anyMatch(value -> value.contains("${" + variable + "}"));
    }

    /** The settings of MicroProfile JWT. */
    private static Set<String> jwt() {
        return Stream.of(Names.class.getFields()).map(SettingsTest::text).collect(Collectors.toSet());
    }

    private static String text(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The run-time settings of Quarkus, from its extensions. */
    private static Set<String> quarkus() throws IOException {
        var models = Collections.list(SettingsTest.class
                .getClassLoader()
                .getResources("META-INF/quarkus-config-doc/quarkus-config-model.json"));
        return models.stream()
                .map(SettingsTest::json)
                .flatMap(model -> model.findParents("phase").stream())
                .filter(property -> property.path("phase").asText().equals("RUN_TIME"))
                .map(property -> property.path("path"))
                .map(path -> path.path("environmentVariable"))
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
    }

    private static JsonNode json(URL file) {
        try (var in = file.openStream()) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyValueIsValidForItsSetting(Manifests manifests) {
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(BincangConfig.class)
                .withSources(new EnvConfigSource(manifests.settings(), 300))
                .build()
                .getConfigMapping(BincangConfig.class);
        assertEquals(
                manifests.settings().get("BINCANG_CONNECTION_MAX"),
                Integer.toString(config.connection().max()));
    }

    @Test
    void theDemoAcceptsGuestsAndProductionOnlyUsersOfTheProvider() {
        var demo = Manifests.overlay("demo").settings();
        assertEquals("true", demo.get("BINCANG_AUTH_GUESTS"));
        assertEquals("true", demo.get("BINCANG_ROOMS_OPEN"));
        var production = Manifests.overlay("production").settings();
        assertFalse(production.containsKey("BINCANG_AUTH_GUESTS"));
        assertTrue(production
                .keySet()
                .containsAll(
                        Set.of("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "MP_JWT_VERIFY_ISSUER", "MP_JWT_VERIFY_AUDIENCES")));
    }

    @Test
    void theTimeOfTheDrainIsInOnePlace() throws IOException {
        try (var files = Files.walk(Kustomize.ROOT)) {
            var where = files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return Files.readString(file).contains("BINCANG_DRAIN_TIME=");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .map(Kustomize.ROOT::relativize)
                    .map(file -> file.toString().replace('\\', '/'))
                    .toList();
            assertEquals(List.of("base/settings.env"), where);
        }
    }
}
