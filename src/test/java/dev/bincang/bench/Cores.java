package dev.bincang.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The cores that the processes of a benchmark used on average.
 *
 * @param used by name
 * @param others what all other processes of the machine used
 */
record Cores(Map<String, Double> used, double others) {
    static final String GENERATOR = "the generator";

    /** From here on a process, whose main thread can use one core, counts as saturated. */
    static final double WHOLE = 0.9;

    /** Two readings of the same processes. */
    static final class Meter {
        private final Map<String, Long> pids = new LinkedHashMap<>();
        private final Map<String, Cpu> before = new LinkedHashMap<>();
        private long since;

        Meter(Pods pods) {
            long[] each = pods.pids();
            for (int i = 0; i < each.length; i++) {
                pids.put("pod " + i, each[i]);
            }
            pids.put("Redis", pods.redisPid());
            pids.put(GENERATOR, ProcessHandle.current().pid());
        }

        void start() throws IOException {
            for (Map.Entry<String, Long> process : pids.entrySet()) {
                before.put(process.getKey(), Cpu.of(process.getValue()));
            }
            since = System.nanoTime();
        }

        Cores sinceStart() throws IOException {
            double wall = (System.nanoTime() - since) / 1e9;
            Map<String, Double> used = new LinkedHashMap<>();
            double others = 0;
            for (Map.Entry<String, Long> process : pids.entrySet()) {
                Cpu spent = Cpu.of(process.getValue()).since(before.get(process.getKey()));
                used.put(process.getKey(), spent.processes() / wall);
                others = spent.machine() / wall;
            }
            double ours =
                    used.values().stream().mapToDouble(Double::doubleValue).sum();
            return new Cores(used, Math.max(0, others - ours));
        }
    }

    double of(String process) {
        return used.getOrDefault(process, 0.0);
    }

    /** The processes that used a whole core, and the machine if all its cores were used. */
    List<String> exhausted() {
        List<String> exhausted = new ArrayList<>();
        used.forEach((name, cores) -> {
            if (cores >= WHOLE) {
                exhausted.add(String.format(Locale.ROOT, "%s used a whole core (%.2f)", name, cores));
            }
        });
        double all =
                others + used.values().stream().mapToDouble(Double::doubleValue).sum();
        int cores = Runtime.getRuntime().availableProcessors();
        if (all >= WHOLE * cores) {
            exhausted.add(String.format(Locale.ROOT, "the machine used %.2f of its %d cores", all, cores));
        }
        return exhausted;
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        used.forEach((name, cores) -> text.add(String.format(Locale.ROOT, "%s %.2f", name, cores)));
        return text.add(String.format(Locale.ROOT, "others %.2f", others)).toString();
    }
}
