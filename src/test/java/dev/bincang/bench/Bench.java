package dev.bincang.bench;

import dev.bincang.bench.peers.Peers;
import dev.bincang.bench.transports.Transports;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Runs the scenarios that {@code -Dbench=} names and prints a table. Exits with 0 if everything was delivered, even if
 * a target was missed; with 1 if something was lost, duplicated, refused or did not start. {@link Setting} has the
 * other properties. Each may be an argument too ({@code bench=s1,s2 bench.seconds=20}).
 */
final class Bench {
    private static final int FILES = 12_000;

    private Bench() {}

    private static Map<String, Scenario> scenarios() {
        FanOut s1 = new FanOut("S1", new Load.Plan(1_000, 1, 10, 20, 128), 2, 1.3, false, Double.MAX_VALUE);
        FanOut s1x5 = new FanOut("S1x5", new Load.Plan(1_000, 1, 10, 100, 128), 1, 0.6, false, 60);
        FanOut s2 = new FanOut("S2", new Load.Plan(1_000, 100, 100, 1_000, 128), 2, 3.2, true, Double.MAX_VALUE);
        Load.Plan slow = new Load.Plan(250, 1, 10, 100, 3_900, 50, false);
        Load.Plan resume = new Load.Plan(2_000, 20, 20, 100, 128, 0, true);

        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        scenarios.put("s1", s1);
        scenarios.put("s1x5", s1x5);
        scenarios.put("s2", s2);
        scenarios.put("s2-cold", setting -> s2.named("S2 cold").run(setting.cold()));
        scenarios.put(
                "s2-aot",
                setting -> s2.named("S2 AOT").run(setting.cached(Training.cache(setting, setting.training()))));
        scenarios.put(
                "s2-cold-aot",
                setting -> s2.named("S2 cold AOT")
                        .run(setting.cold().cached(Training.cache(setting, setting.training()))));
        scenarios.putAll(Peers.rows(s2.plan()));
        scenarios.put("s3", new IdleMemory("S3", 10_000, 100, 14));
        scenarios.put("slow", new SlowReaders("slow", slow, Duration.ofSeconds(15), 64));
        scenarios.put("resume", new Comeback("resume", resume, Duration.ofSeconds(5), 10));
        scenarios.put("storm", new Storm("storm", s2.plan(), Duration.ofSeconds(1), 20));
        scenarios.put("most", new Most("most", new Load.Plan(3_000, 300, 3_000, 1_000, 128), 100));
        scenarios.put("most-large", new Most("most-large", new Load.Plan(1_000, 1, 1_000, 40, 128), 100));
        scenarios.put("transports", new Transports("transports", 100, 5_000, 5, 15));
        scenarios.put("start", new Start("start", false, 10));
        scenarios.put("start-aot", new Start("start-aot", true, 10));
        scenarios.put("floor-s1", s1.floorAlone());
        scenarios.put("floor-s1x5", s1x5.floorAlone());
        scenarios.put("floor-s2", s2.floorAlone());
        return scenarios;
    }

    public static void main(String[] args) throws Exception {
        for (String arg : args) {
            String[] property = arg.replaceFirst("^-D", "").split("=", 2);
            System.setProperty(property[0], property.length > 1 ? property[1] : "");
        }
        Map<String, Scenario> known = scenarios();
        Setting setting = Setting.ofProperties(known.keySet().stream()
                .filter(name -> !name.startsWith("floor-"))
                .toList());
        if (!known.keySet().containsAll(setting.scenarios())) {
            System.err.println("bench= takes some of " + known.keySet());
            System.exit(2);
        }
        if (setting.scenarios().contains("s3") && openFiles() < FILES) {
            System.exit(again());
        }
        List<Scenario.Row> rows = new ArrayList<>();
        for (Map.Entry<String, Scenario> scenario : known.entrySet()) {
            if (setting.scenarios().contains(scenario.getKey())) {
                System.err.println(scenario.getKey() + " …");
                rows.add(row(scenario.getKey(), scenario.getValue(), setting));
            }
        }
        System.out.print(Report.of(rows, setting));
        System.exit(rows.stream().allMatch(row -> row.troubles().isEmpty()) ? 0 : 1);
    }

    private static Scenario.Row row(String name, Scenario scenario, Setting setting) {
        try {
            return scenario.run(setting);
        } catch (Exception e) {
            List<String> troubles = List.of("did not come to its end: " + e);
            return new Scenario.Row(name, "–", "–", "–", "–", "–", false, troubles, List.of());
        }
    }

    /** The maximum of files that this JVM may open. At its start it raised its soft limit to the hard limit. */
    private static long openFiles() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                String soft = line.split("\\s+", -1)[3];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        return Long.MAX_VALUE;
    }

    /** Runs the same in a JVM with a higher limit, only once. */
    private static int again() throws Exception {
        String limit = openFiles() + " open files are too few for S3, which needs " + FILES;
        if (Boolean.getBoolean("bench.again")) {
            System.err.println(limit + ": raise the hard limit (ulimit -Hn) or leave s3 out");
            return 1;
        }
        System.err.println(limit + ": trying with a higher limit");
        List<String> command = new ArrayList<>(List.of(Child.java(), "-Dbench.again=true"));
        System.getProperties().forEach((name, value) -> {
            if (name.toString().matches("bench.*|bincang\\..*")) {
                command.add("-D" + name + "=" + value);
            }
        });
        command.addAll(List.of("-cp", location(Bench.class) + ":" + location(Histogram.class), Bench.class.getName()));
        Process again = new ProcessBuilder(Child.withFiles(command)).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(again::destroy));
        return again.waitFor();
    }

    /** The place a class was loaded from: the class path of a child process. */
    static String location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
