package dev.bincang.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system properties of the command line. {@link dev.bincang.testing.process.Packaged} reads from there what is
 * measured.
 *
 * @param scenarios {@code bench}: names, separated by commas; default: all
 * @param window {@code bench.seconds}: the length of a measurement (10)
 * @param warmUp {@code bench.warmup}: the time of the same load before (90 seconds, because the compilers work for 80)
 * @param training {@code bench.training}: the time of load in a training run of the AOT cache (30)
 * @param jvm {@code bench.jvm}: flags of the pods after the default ones; another collector replaces the default one
 * @param floor {@code bench.floor}: another floor server, a program that takes a port; default: {@link Floor}
 * @param directory {@code bench.directory}: the folder for the output of child processes (target/bench)
 */
public record Setting(
        List<String> scenarios,
        Duration window,
        Duration warmUp,
        Duration training,
        List<String> jvm,
        List<String> floor,
        Path directory) {
    private static final String COLLECTOR = "-XX:\\+Use\\w+GC";

    static Setting ofProperties(List<String> all) {
        return new Setting(
                words(property("bench", String.join(",", all)), ","),
                seconds("bench.seconds", 10),
                seconds("bench.warmup", 90),
                seconds("bench.training", 30),
                jvm(words(property("bench.jvm", ""), "\\s")),
                words(property("bench.floor", ""), "\\s"),
                Path.of(property("bench.directory", "target/bench")));
    }

    /** The same with ten seconds of load before the measurement: the pods have just started. */
    Setting cold() {
        return new Setting(scenarios, window, Duration.ofSeconds(10), training, jvm, floor, directory);
    }

    /** The same with pods that use an AOT cache. It has effect with {@code -Dquarkus.package.jar.type=aot-jar} only. */
    Setting cached(Path cache) {
        List<String> flags = new ArrayList<>(jvm);
        flags.add("-XX:AOTCache=" + cache);
        return new Setting(scenarios, window, warmUp, training, flags, floor, directory);
    }

    private static List<String> jvm(List<String> ours) {
        List<String> flags = new ArrayList<>(
                List.of("-XX:+UseCompactObjectHeaders", "-Xmx512m", "-Dquarkus.vertx.event-loops-pool-size=1"));
        if (ours.stream().noneMatch(flag -> flag.matches(COLLECTOR))) {
            flags.add("-XX:+UseSerialGC");
        }
        flags.addAll(ours);
        return flags;
    }

    private static Duration seconds(String name, int otherwise) {
        int seconds = Integer.parseInt(property(name, Integer.toString(otherwise)));
        if (seconds < 1 || seconds > 300) {
            throw new IllegalArgumentException(name + " is 1 to 300 seconds");
        }
        return Duration.ofSeconds(seconds);
    }

    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "");
        return value.isBlank() ? otherwise : value.strip();
    }

    private static List<String> words(String text, String separator) {
        return Stream.of(text.split(separator))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
