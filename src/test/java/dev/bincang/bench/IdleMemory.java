package dev.bincang.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The memory of a silent connection in a room, on a pod that has had some connections before. */
record IdleMemory(String name, int connections, int rooms, double mostKilobytes) implements Scenario {
    private static final int FEW = 300;
    private static final Duration OPENING = Duration.ofMinutes(2);

    @Override
    public Row run(Setting setting) throws Exception {
        List<String> troubles = new ArrayList<>();
        try (Pods pods = new Pods(setting, 1)) {
            for (int i = 0; i < 3; i++) {
                comeAndGo(pods);
            }
            Thread.sleep(5_000);
            long before = Cpu.rss(pods.pids()[0]);
            try (Load load = new Load(new Load.Plan(connections, rooms, 0, 0, 0), BincangTalk.DIALECT, pods.ports())) {
                load.open(OPENING);
                load.rest(Duration.ofSeconds(10));
                troubles.addAll(load.troubles(0));
                if (load.connected() != connections) {
                    troubles.add("only " + load.connected() + " of " + connections + " stayed");
                }
                long after = Cpu.rss(pods.pids()[0]);
                double each = (after - before) / 1024.0 / connections;
                return new Row(
                        name,
                        String.format(Locale.ROOT, "%.1f KB", each),
                        "–",
                        "–",
                        "–",
                        String.format(Locale.ROOT, "≤ %.0f KB", mostKilobytes),
                        each <= mostKilobytes,
                        troubles,
                        List.of(String.format(
                                Locale.ROOT,
                                "the pod's RSS went from %d to %d MB with %d connections in %d rooms",
                                before >> 20,
                                after >> 20,
                                connections,
                                rooms)));
            }
        }
    }

    private void comeAndGo(Pods pods) throws Exception {
        try (Load load = new Load(new Load.Plan(FEW, rooms, 0, 0, 0), BincangTalk.DIALECT, pods.ports())) {
            load.open(OPENING);
            load.rest(Duration.ofSeconds(1));
        }
    }
}
