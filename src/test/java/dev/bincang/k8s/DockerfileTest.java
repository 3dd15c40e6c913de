package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image's files do not contradict each other. No image is built here. */
class DockerfileTest {

    /** The instructions, each on one line. */
    private static List<String> read(String name) throws IOException {
        var text = Files.readString(Path.of("src", "main", "docker", name));
        return text.replaceAll("(?m)^#.*\\n", "")
                .replaceAll("\\\\\\n\\s*", " ")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /**
     * The words of the one instruction that begins like this and contains this, without quotes, commas and brackets.
     */
    private static List<String> words(List<String> file, String instruction, String with) {
        var found = file.stream()
                .filter(line -> line.startsWith(instruction + " ") && line.contains(with))
                .toList();
        assertEquals(1, found.size(), () -> instruction + " … " + with + ": " + found);
        return Arrays.stream(found.getFirst().substring(instruction.length()).split("[\\s\",;\\[\\]]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static String java(List<String> words) {
        return words.stream()
                .filter(word -> word.endsWith("/bin/java"))
                .findFirst()
                .orElseThrow();
    }

    /** The flags on which the cache depends. */
    private static Set<String> flags(List<String> words) {
        return words.stream()
                .filter(word -> word.startsWith("-XX:"))
                .filter(word -> !word.matches("-XX:(AOT|MaxRAMPercentage|.ExitOnOutOfMemoryError|.UsePerfData).*"))
                .collect(Collectors.toSet());
    }

    private static String value(List<String> words, String option) {
        return words.stream()
                .filter(word -> word.startsWith(option))
                .findFirst()
                .orElseThrow()
                .substring(option.length());
    }

    @Test
    void theCacheIsMadeAndTriedByTheJvmThatUsesIt() throws IOException {
        var file = read("Dockerfile.jvm");
        var training = words(file, "RUN", "-XX:AOTCacheOutput=");
        var trial = words(file, "RUN", "-XX:AOTMode=on");
        var start = words(file, "ENTRYPOINT", "java");
        assertEquals(java(training), java(start));
        assertEquals(java(trial), java(start));
        assertEquals(value(training, "-XX:AOTCacheOutput="), value(start, "-XX:AOTCache="));
        assertEquals(value(trial, "-XX:AOTCache="), value(start, "-XX:AOTCache="));
        assertTrue(flags(start).contains("-XX:+UseCompactObjectHeaders"));
        assertEquals(flags(training), flags(start));
        assertEquals(flags(trial), flags(start));
        for (var command : List.of(training, trial, start)) {
            assertTrue(command.contains("quarkus-run.jar"), command::toString);
        }
    }

    @Test
    void theImageUsesItsOwnJvmAndNotTheJdk() throws IOException {
        var file = read("Dockerfile.jvm");
        var jlink = words(file, "RUN", "jlink ");
        var home = jlink.get(jlink.indexOf("--output") + 1);
        assertFalse(
                "/opt/java/openjdk".startsWith(home), "is there in Temurin's image, and jlink makes no folder twice");
        assertEquals(home + "/bin/java", java(words(file, "ENTRYPOINT", "java")));
        assertEquals(List.of("--from=build", home, home), words(file, "COPY", home));
        assertTrue(words(file, "RUN", "touch").contains(home), "the same time in the next layer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native-micro"})
    void theImageFitsTheDeployment(String name) throws IOException {
        var file = read(name);
        var container = Manifests.overlay("production").container();
        assertEquals(
                container.getPorts().stream()
                        .map(ContainerPort::getContainerPort)
                        .map(Object::toString)
                        .toList(),
                words(file, "EXPOSE", ""));
        var last = file.subList(file.lastIndexOf("FROM ${BASE}"), file.size());
        assertTrue(words(last, "USER", "").getFirst().matches("[1-9][0-9]*"), "runAsNonRoot needs a numeric user");
        assertTrue(last.stream().noneMatch(line -> line.matches("RUN [^\\[].*")), "it has no shell");
    }

    /** {@code .dockerignore} admits exactly the files that are copied. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native-micro"})
    void everyCopiedFileReachesTheBuild(String name) throws IOException {
        var copied = read(name).stream()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .map(line -> line.split("\\s+"))
                .flatMap(words -> Stream.of(words).skip(1).limit(words.length - 2))
                .collect(Collectors.toSet());
        var ignore = Files.readAllLines(Path.of(".dockerignore"));
        assertEquals(
                "*",
                ignore.stream()
                        .filter(line -> !line.startsWith("#"))
                        .findFirst()
                        .orElseThrow());
        var let = ignore.stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .collect(Collectors.toSet());
        assertEquals(copied, let);
        copied.forEach(path -> assertTrue(Files.exists(Path.of(path)), path));
    }
}
