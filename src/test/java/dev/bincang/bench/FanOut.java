package dev.bincang.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * CPU per delivery, compared with the floor's, which is measured just before with the same connections, rooms and rate.
 *
 * @param most the target, as a multiple of the floor; {@link #NO_TARGET} for a server that is not ours
 * @param withRedis whether Redis' CPU counts
 * @param mostP99 milliseconds
 */
public record FanOut(String name, Load.Plan plan, Contender contender, double most, boolean withRedis, double mostP99)
        implements Scenario {
    private static final double NO_TARGET = Double.MAX_VALUE;

    FanOut(String name, Load.Plan plan, int pods, double most, boolean withRedis, double mostP99) {
        this(name, plan, Contender.bincang(pods), most, withRedis, mostP99);
    }

    /** Another server than ours. Its Redis counts. */
    public FanOut(String name, Load.Plan plan, Contender peer) {
        this(name, plan, peer, NO_TARGET, true, NO_TARGET);
    }

    /** The same under another name. */
    FanOut named(String other) {
        return new FanOut(other, plan, contender, most, withRedis, mostP99);
    }

    @Override
    public Row run(Setting setting) throws Exception {
        Side floor = Side.of(Contender.floor(), plan, setting);
        Side measured = Side.of(contender, plan, setting);
        double figure = measured.server() + (withRedis ? measured.redis() : 0);
        double ratio = figure / floor.server();
        List<String> troubles = new ArrayList<>(measured.troubles());
        floor.troubles().forEach(trouble -> troubles.add("the floor: " + trouble));
        List<String> remarks = new ArrayList<>();
        remarks.add(String.format(
                Locale.ROOT,
                "%s %.2f µs, Redis %.2f µs a delivery (%d); floor's p50 / p99 %s ms; sent at most %.1f ms late",
                contender.servers(),
                measured.server(),
                measured.redis(),
                measured.tally().delivered,
                floor.latency(),
                measured.tally().longestLag / 1e6));
        if (!measured.append().isEmpty()) {
            remarks.add("inside Redis: " + measured.append());
        }
        floor.doubts("floor", remarks);
        measured.doubts(contender.servers(), remarks);
        return new Row(
                name,
                micros(figure),
                micros(floor.server()),
                String.format(Locale.ROOT, "%.2f", ratio),
                measured.latency(),
                target(),
                ratio <= most && measured.tally().percentile(99) <= mostP99,
                troubles,
                remarks);
    }

    private String target() {
        String latency = mostP99 == NO_TARGET ? "" : String.format(Locale.ROOT, ", p99 ≤ %.0f ms", mostP99);
        return most == NO_TARGET ? "–" : String.format(Locale.ROOT, "≤ %.1f × floor", most) + latency;
    }

    /** Only the floor: the speed of the machine today. */
    Scenario floorAlone() {
        return setting -> {
            Side floor = Side.of(Contender.floor(), plan, setting);
            List<String> remarks = new ArrayList<>();
            floor.doubts("floor", remarks);
            return new Row(
                    name + " floor",
                    micros(floor.server()),
                    "–",
                    "–",
                    floor.latency(),
                    "–",
                    true,
                    floor.troubles(),
                    remarks);
        };
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, "%.2f µs", value);
    }
}
