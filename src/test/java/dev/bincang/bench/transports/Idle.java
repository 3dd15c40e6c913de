package dev.bincang.bench.transports;

import dev.bincang.bench.Cpu;
import dev.bincang.bench.Pods;
import dev.bincang.bench.Setting;
import java.time.Duration;
import java.util.List;

/** The memory of a client in a quiet room, on a pod of its own that has had some clients before. */
record Idle(int clients) {
    private static final int FEW = 300;
    private static final Duration OPENING = Duration.ofMinutes(1);

    /** In KB of the pod's resident memory. */
    double measure(Setting setting, Transport transport, List<String> troubles) throws Exception {
        try (Pods pods = new Pods(setting, 1, Transports.LIMITS);
                Net net = new Net()) {
            int port = pods.ports()[0];
            List<String> tokens = Guests.tokens(port, clients);
            for (int i = 0; i < 3; i++) {
                try (Chat few = new Chat(net, transport, port, tokens.subList(0, FEW))) {
                    few.open(OPENING);
                    few.rest(Duration.ofSeconds(1));
                }
            }
            net.until(System.nanoTime() + Duration.ofSeconds(5).toNanos(), () -> false);
            long before = Cpu.rss(pods.pids()[0]);
            try (Chat all = new Chat(net, transport, port, tokens)) {
                all.open(OPENING);
                all.rest(Duration.ofSeconds(10));
                troubles.addAll(all.troubles());
                return (Cpu.rss(pods.pids()[0]) - before) / 1024.0 / clients;
            }
        }
    }
}
