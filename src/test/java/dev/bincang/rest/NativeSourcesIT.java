package dev.bincang.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bincang.command.Command;
import dev.bincang.protocol.Frame;
import dev.bincang.testing.JsonTypes;
import dev.bincang.testing.WireTypes;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The input of GraalVM for the native executable, which {@code -Pnative-sources} leaves in {@code target}. A native
 * image has only the classes, resources and reflection that were named at build time.
 */
@Tag("native-sources")
class NativeSourcesIT {

    private static final Path SOURCES = Path.of("target", "native-sources");
    private static final Path CLASSES = Path.of("target", "classes");
    private static final String CONFIG = "META-INF/native-image/";

    @Test
    void everyScriptAndEveryFileOfThePageIsIncluded() throws IOException {
        var patterns = texts(config("resource-config.json"), "pattern").stream()
                .map(Pattern::compile)
                .toList();

        var left = files(CLASSES).stream()
                .filter(file -> file.endsWith(".lua") || file.startsWith("META-INF/resources/"))
                .filter(file -> patterns.stream()
                        .noneMatch(pattern -> pattern.matcher(file).matches()))
                .toList();

        assertEquals(List.of(), left);
        assertTrue(
                Files.exists(CLASSES.resolve("META-INF/resources/client/index.js")), "the client was looked for too");
    }

    @Test
    void jacksonSeesEveryRecordOfTheApi() throws Exception {
        var open = new HashSet<String>();
        for (var entry : config("reflect-config.json")) {
            if (entry.path("allDeclaredConstructors").asBoolean()
                    && entry.path("allDeclaredMethods").asBoolean()
                    && entry.path("allDeclaredFields").asBoolean()) {
                open.add(entry.path("name").asText());
            }
        }
        var roots = new ArrayList<Type>(WireTypes.records(Command.class).toList());
        WireTypes.records(Frame.class).forEach(roots::add);
        for (var resource :
                List.of(EntryResource.class, MembersResource.class, RoomsResource.class, UsersResource.class)) {
            for (var method : resource.getDeclaredMethods()) {
                if (Stream.of(method.getAnnotations())
                        .anyMatch(of -> of.annotationType().isAnnotationPresent(HttpMethod.class))) {
                    roots.add(method.getGenericReturnType());
                    roots.addAll(List.of(method.getGenericParameterTypes()));
                }
            }
        }

        var all = JsonTypes.from(roots.stream()).stream().map(Class::getName).collect(Collectors.toSet());

        all.removeAll(open);
        assertEquals(Set.of(), all);
    }

    /** A native image is linked completely: the build fails if reachable code refers to a missing class. */
    @Test
    void onlyUnusedCodeRefersToMissingClasses() throws IOException {
        var there = new HashSet<String>();
        for (var jar : jars()) {
            there.addAll(classes(jar));
        }

        var lost = new TreeSet<String>();
        try (var jar = new JarFile(runner())) {
            for (var name : classes(runner())) {
                if (name.startsWith("dev/bincang/")) {
                    try (var in = jar.getInputStream(jar.getEntry(name + ".class"))) {
                        references(in.readAllBytes()).stream()
                                .filter(other -> !there.contains(other) && !ofTheJdk(other))
                                .forEach(_ -> lost.add(name));
                    }
                }
            }
        }

        assertEquals(Set.of("dev/bincang/redis/setup/BundledRedis"), lost);
        assertFalse(there.contains("dev/bincang/redis/setup/BundledRedis_Bean"), "a bean that refers to it");
    }

    // ---- reading the jar

    private static String runner() throws IOException {
        return files(SOURCES).stream()
                .filter(file -> file.endsWith("-runner.jar"))
                .map(file -> SOURCES.resolve(file).toString())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> jars() throws IOException {
        return files(SOURCES).stream()
                .filter(file -> file.endsWith(".jar"))
                .map(file -> SOURCES.resolve(file).toString())
                .toList();
    }

    private static Collection<String> classes(String path) throws IOException {
        try (var jar = new JarFile(path)) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .toList();
        }
    }

    private static Set<String> references(byte[] bytes) {
        var names = new HashSet<String>();
        for (var entry : ClassFile.of().parse(bytes).constantPool()) {
            if (entry instanceof ClassEntry type && !type.asInternalName().startsWith("[")) {
                names.add(type.asInternalName());
            }
        }
        return names;
    }

    private static boolean ofTheJdk(String name) {
        return ClassLoader.getPlatformClassLoader().getResource(name + ".class") != null;
    }

    private static JsonNode config(String name) throws IOException {
        try (var jar = new JarFile(runner());
                var in = jar.getInputStream(jar.getEntry(CONFIG + name))) {
            return new JsonMapper().readTree(in);
        }
    }

    private static List<String> texts(JsonNode node, String field) {
        return node.findValuesAsText(field);
    }

    private static List<String> files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }
}
