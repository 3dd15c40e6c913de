package dev.bincang.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Some members of a busy room stop reading. The pod's memory stays bounded and nobody else loses anything. */
record SlowReaders(String name, Load.Plan plan, Duration length, int mostMegabytes) implements Scenario {
    private static final Duration STEP = Duration.ofMillis(250);

    @Override
    public Row run(Setting setting) throws Exception {
        try (Pods pods = new Pods(setting, 1);
                Load load = new Load(plan, BincangTalk.DIALECT, pods.ports())) {
            long pod = pods.pids()[0];
            load.open(Duration.ofSeconds(60));
            load.warmUp(setting.warmUp());
            long before = Cpu.rss(pod);
            long most = before;
            load.stall();
            Tally tally = load.begin();
            for (long end = System.nanoTime() + length.toNanos(); System.nanoTime() < end; ) {
                load.publish(STEP);
                most = Math.max(most, Cpu.rss(pod));
            }
            load.drain(Duration.ofSeconds(10));
            load.rest(Duration.ofMillis(200));
            most = Math.max(most, Cpu.rss(pod));
            double growth = (most - before) / 1048576.0;
            return new Row(
                    name,
                    String.format(Locale.ROOT, "+%.0f MB", growth),
                    "–",
                    "–",
                    String.format(Locale.ROOT, "%.1f / %.1f", tally.percentile(50), tally.percentile(99)),
                    "≤ +" + mostMegabytes + " MB",
                    growth <= mostMegabytes,
                    load.troubles(0),
                    List.of(String.format(
                            Locale.ROOT,
                            "%d of %d stopped reading for %d s; RSS before %d MB; the others got %d messages",
                            plan.stalling(),
                            plan.members(),
                            length.toSeconds(),
                            before >> 20,
                            tally.delivered)));
        }
    }
}
