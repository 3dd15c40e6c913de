package dev.bincang.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One rate of a search: a settling time and a measured window.
 *
 * @param rate messages per second
 * @param mostP99 milliseconds
 */
record Trial(int rate, Tally settling, Tally window, Cores cores, double mostP99) {
    /** The generator counts as saturated if 1 % of its messages left later than this, in milliseconds. */
    private static final double MOST_LAG = 20;

    /** Whether everything arrived in time, and the generator had enough time to see it. */
    boolean held() {
        return settling.refused == 0
                && settling.closed == 0
                && window.troubles(0).isEmpty()
                && window.percentile(99) <= mostP99
                && !generatorSaturated();
    }

    private boolean generatorSaturated() {
        return cores.of(Cores.GENERATOR) >= Cores.WHOLE || lag() > MOST_LAG;
    }

    private double lag() {
        return window.lag.getValueAtPercentile(99) / 1e6;
    }

    /** What did not hold, and which process had no time left. */
    String gaveWay() {
        List<String> what = new ArrayList<>();
        if (window.percentile(99) > mostP99) {
            what.add(String.format(Locale.ROOT, "p99 %.0f ms", window.percentile(99)));
        }
        settling.troubles(0).stream().limit(1).forEach(trouble -> what.add("while settling: " + trouble));
        what.addAll(window.troubles(0));
        window.codes.forEach((code, count) -> what.add(count + " × " + code));
        what.addAll(cores.exhausted());
        if (lag() > MOST_LAG) {
            what.add(String.format(Locale.ROOT, "1 %% of the messages left the generator %.0f ms late", lag()));
        }
        return String.join(", ", what);
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%d/s %s (p50 / p99 %.1f / %.1f ms)",
                rate,
                held() ? "held" : "failed",
                window.percentile(50),
                window.percentile(99));
    }
}
