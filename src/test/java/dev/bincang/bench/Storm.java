package dev.bincang.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All members connect within a short time to two pods that have just become ready. Each publisher starts with its
 * welcome.
 *
 * @param opening the time in which the members connect, at an even rate; nobody waits for another
 * @param mostP99 milliseconds from when a message was due to its arrival
 */
record Storm(String name, Load.Plan plan, Duration opening, double mostP99) implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public Row run(Setting setting) throws Exception {
        try (Pods pods = new Pods(setting, 2);
                Load load = new Load(plan, BincangTalk.DIALECT, pods.ports())) {
            Entrance entrance = new Entrance(load);
            Cores.Meter meter = new Cores.Meter(pods);
            Tally tally = load.begin();
            meter.start();
            int early = rush(load, entrance, setting.window().toNanos());
            Cores cores = meter.sinceStart();
            boolean all = entrance.recover(PATIENCE);
            tally.expected = tally.delivered + entrance.behind();
            return row(load, entrance, cores, early, all);
        }
    }

    /** Connects and publishes, both on time. Returns how many messages had no publisher yet. */
    private int rush(Load load, Entrance entrance, long length) throws IOException {
        long start = System.nanoTime();
        long end = start + length;
        int members = 0;
        int messages = 0;
        int early = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            long connect = members < plan.members() ? start + opening.toNanos() * members / plan.members() : end;
            long message = start + messages * 1_000_000_000L / plan.rate();
            if (connect <= now) {
                entrance.enter(members++, connect);
            }
            if (message <= now) {
                early += load.publishIfReady(messages++, message) ? 0 : 1;
            }
            entrance.until(Math.min(end, Math.min(connect, message)), () -> false);
        }
        return early;
    }

    private Row row(Load load, Entrance entrance, Cores cores, int early, boolean all) {
        Tally tally = load.tally;
        List<String> troubles = load.troubles(entrance.refused() + entrance.moved());
        if (!all) {
            troubles.add("only " + load.connected() + " are connected");
        }
        if (tally.acknowledged + tally.refused != tally.sent) {
            troubles.add((tally.sent - tally.acknowledged - tally.refused) + " messages without an answer");
        }
        List<String> remarks = new ArrayList<>();
        remarks.add(String.format(
                Locale.ROOT,
                "welcome p50 / p99 %.2f / %.2f s, the last after %.2f s; %d messages had no publisher yet, %d deliveries;"
                        + " sent at most %.1f ms late",
                entrance.welcome(50),
                entrance.welcome(99),
                entrance.welcome(100),
                early,
                tally.delivered,
                tally.longestLag / 1e6));
        remarks.add("cores: " + cores);
        if (entrance.refused() > 0) {
            remarks.add("refused or lost: " + entrance.reasons());
        }
        if (entrance.moved() > 0) {
            remarks.add(entrance.moved() + " moved to the other pod");
        }
        tally.codes.forEach((code, count) -> remarks.add(count + " messages refused: " + code));
        return new Row(
                name,
                entrance.refused() + " refused",
                "–",
                "–",
                String.format(Locale.ROOT, "%.1f / %.1f", tally.percentile(50), tally.percentile(99)),
                String.format(Locale.ROOT, "0 refused, p99 ≤ %.0f ms", mostP99),
                all && entrance.refused() == 0 && tally.percentile(99) <= mostP99,
                troubles,
                remarks);
    }
}
