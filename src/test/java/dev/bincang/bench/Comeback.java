package dev.bincang.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A pod is killed while messages flow. All its clients return at once to the other pod and resume. The cost for Redis
 * must depend on the rooms, not on the clients. Then one message per room must reach every client, with no loss and no
 * duplicates.
 */
record Comeback(String name, Load.Plan plan, Duration most, int readsPerRoom) implements Scenario {
    private static final Set<String> READS = Set.of("evalsha", "eval", "get", "xrange", "xrevrange");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Override
    public Row run(Setting setting) throws Exception {
        // All members are on one pod until it dies. Without this, it would move some to the other pod before.
        try (Pods pods = new Pods(setting, 2, "-Dbincang.drain.rebalance=false");
                Load load = new Load(plan, BincangTalk.DIALECT, pods.ports())) {
            load.open(Duration.ofSeconds(60));
            load.warmUp(setting.warmUp());
            Tally tally = load.begin();
            load.publish(SECOND);
            pods.kill(0);
            load.publish(SECOND);
            load.until(PATIENCE, () -> tally.closed == plan.members() && tally.acknowledged == tally.sent);
            long missed = tally.expected - tally.delivered;

            Map<String, Long> before = pods.calls();
            long start = System.nanoTime();
            boolean back = load.comeBack(pods.ports()[1], PATIENCE);
            double welcomed = secondsSince(start);
            load.drain(PATIENCE);
            double caughtUp = secondsSince(start);
            Map<String, Long> calls = difference(before, pods.calls());

            load.publish(Duration.ofMillis(plan.rooms() * 1000L / plan.rate()));
            load.drain(PATIENCE);
            double live = secondsSince(start);
            load.rest(SECOND);

            long reads = READS.stream()
                    .mapToLong(read -> calls.getOrDefault(read, 0L))
                    .sum();
            List<String> troubles = load.troubles(plan.members());
            if (!back || load.connected() != plan.members() + plan.publishers()) {
                troubles.add("only " + load.connected() + " are connected");
            }
            long mostReads = (long) readsPerRoom * plan.rooms();
            return new Row(
                    name,
                    String.format(Locale.ROOT, "%.2f s, %d reads", live, reads),
                    "–",
                    "–",
                    "–",
                    "≤ " + most.toSeconds() + " s, ≤ " + mostReads + " reads",
                    live <= most.toMillis() / 1e3 && reads <= mostReads,
                    troubles,
                    List.of(String.format(
                            Locale.ROOT,
                            "%d clients of %d rooms: all welcomed after %.2f s, caught up (%d deliveries) after %.2f s;"
                                    + " calls of Redis meanwhile %s",
                            plan.members(),
                            plan.rooms(),
                            welcomed,
                            missed,
                            caughtUp,
                            calls)));
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static Map<String, Long> difference(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> difference = new TreeMap<>();
        after.forEach((command, calls) -> {
            long more = calls - before.getOrDefault(command, 0L);
            if (more > 0) {
                difference.put(command, more);
            }
        });
        return difference;
    }
}
