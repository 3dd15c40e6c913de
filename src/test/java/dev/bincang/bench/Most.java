package dev.bincang.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The highest rate of messages that two pods and one Redis deliver in time. A rate that fails is tried once more,
 * because other load on the machine may be the reason.
 *
 * @param plan its rate is the one of the warm-up, and the first one of the search
 * @param mostP99 milliseconds
 */
record Most(String name, Load.Plan plan, double mostP99) implements Scenario {
    private static final Duration OPENING = Duration.ofMinutes(2);
    private static final Duration SETTLING = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(10);

    @Override
    public Row run(Setting setting) throws Exception {
        try (Pods pods = new Pods(setting, 2);
                Load load = new Load(plan, BincangTalk.DIALECT, pods.ports())) {
            Entrance entrance = new Entrance(load);
            if (!entrance.open(OPENING)) {
                throw new IllegalStateException(load.connected() + " members connected; " + entrance.reasons());
            }
            load.begin();
            load.publish(setting.warmUp());
            recover(entrance, "the warm-up");
            return search(setting, load, entrance, new Cores.Meter(pods));
        }
    }

    private Row search(Setting setting, Load load, Entrance entrance, Cores.Meter meter) throws IOException {
        Search search = new Search(plan.rate(), Load.Plan.MOST_EACH * plan.publishers());
        List<Trial> trials = new ArrayList<>();
        for (int rate = search.next(); rate > 0; rate = search.next()) {
            boolean holds = false;
            for (int tries = 0; !holds && tries < 2; tries++) {
                Trial trial = trial(setting, load, meter, rate);
                System.err.println(name + ": " + trial.summary());
                trials.add(trial);
                holds = trial.held();
                if (!holds) {
                    recover(entrance, rate + " messages/s");
                }
            }
            search.tried(rate, holds);
        }
        return row(search, trials);
    }

    private Trial trial(Setting setting, Load load, Cores.Meter meter, int rate) throws IOException {
        Tally settling = load.window(SETTLING, rate);
        Tally window = load.begin();
        meter.start();
        load.publish(setting.window(), rate);
        Cores cores = meter.sinceStart();
        load.drain(DRAIN);
        load.rest(Duration.ofMillis(200));
        return new Trial(rate, settling, window, cores, mostP99);
    }

    private static void recover(Entrance entrance, String from) throws IOException {
        if (!entrance.recover(PATIENCE)) {
            throw new IllegalStateException("not everybody is back and up to date after " + from + ": "
                    + entrance.behind() + " deliveries missing; lost: " + entrance.reasons());
        }
    }

    private Row row(Search search, List<Trial> trials) {
        List<String> remarks = new ArrayList<>();
        List<String> troubles = new ArrayList<>();
        Trial best = trials.stream()
                .filter(Trial::held)
                .max(Comparator.comparingInt(Trial::rate))
                .orElse(null);
        if (best == null) {
            troubles.add("no rate held");
        } else {
            int perRoom = plan.members() / plan.rooms();
            remarks.add(String.format(
                    Locale.ROOT,
                    "%d members, %d in each room; %d deliveries/s; cores: %s; sent at most %.1f ms late",
                    plan.members(),
                    perRoom,
                    (long) best.rate() * perRoom,
                    best.cores(),
                    best.window().longestLag / 1e6));
        }
        trials.stream()
                .filter(trial -> trial.rate() > search.held())
                .min(Comparator.comparingInt(Trial::rate))
                .ifPresent(trial -> remarks.add(
                        trial.rate() + "/s did not hold: " + trial.gaveWay() + "; cores: " + trial.cores()));
        if (!search.foundTheEnd()) {
            remarks.add("the members may not send more: the highest rate is higher");
        }
        remarks.add("tried: "
                + String.join(", ", trials.stream().map(Trial::summary).toList()));
        return new Row(
                name,
                search.held() + " messages/s",
                "–",
                "–",
                best == null
                        ? "–"
                        : String.format(
                                Locale.ROOT,
                                "%.1f / %.1f",
                                best.window().percentile(50),
                                best.window().percentile(99)),
                String.format(Locale.ROOT, "p99 ≤ %.0f ms", mostP99),
                best != null,
                troubles,
                remarks);
    }
}
