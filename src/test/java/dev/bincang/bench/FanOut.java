package dev.bincang.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * CPU per delivery, compared with the floor's, which is measured just before with the same connections, rooms and rate.
 *
 * @param most the target, as a multiple of the floor
 * @param withRedis whether Redis' CPU counts
 * @param mostP99 milliseconds
 */
record FanOut(String name, Load.Plan plan, int pods, double most, boolean withRedis, double mostP99)
        implements Scenario {
    private static final Duration OPENING = Duration.ofSeconds(60);

    /** The same under another name. */
    FanOut named(String other) {
        return new FanOut(other, plan, pods, most, withRedis, mostP99);
    }

    /**
     * The measurement of one server.
     *
     * @param server microseconds per delivery
     * @param redis microseconds per delivery
     * @param generator cores that this JVM used
     * @param others cores that other processes used
     */
    private record Side(
            Tally tally, List<String> troubles, double server, double redis, double generator, double others) {
        String latency() {
            return String.format(Locale.ROOT, "%.1f / %.1f", tally.percentile(50), tally.percentile(99));
        }
    }

    @Override
    public Row run(Setting setting) throws Exception {
        Side floor = floor(setting);
        Side ours = ours(setting);
        double figure = ours.server + (withRedis ? ours.redis : 0);
        double ratio = figure / floor.server;
        List<String> troubles = new ArrayList<>(ours.troubles);
        floor.troubles.forEach(trouble -> troubles.add("the floor: " + trouble));
        List<String> remarks = new ArrayList<>();
        remarks.add(String.format(
                Locale.ROOT,
                "pods %.2f µs, Redis %.2f µs a delivery (%d); floor's p50 / p99 %s ms; sent at most %.1f ms late",
                ours.server,
                ours.redis,
                ours.tally.delivered,
                floor.latency(),
                ours.tally.longestLag / 1e6));
        doubts(remarks, "floor", floor);
        doubts(remarks, "pods", ours);
        return new Row(
                name,
                micros(figure),
                micros(floor.server),
                String.format(Locale.ROOT, "%.2f", ratio),
                ours.latency(),
                target(),
                ratio <= most && ours.tally.percentile(99) <= mostP99,
                troubles,
                remarks);
    }

    private String target() {
        String latency = mostP99 == Double.MAX_VALUE ? "" : String.format(Locale.ROOT, ", p99 ≤ %.0f ms", mostP99);
        return String.format(Locale.ROOT, "≤ %.1f × floor", most) + latency;
    }

    /** Only the floor: the speed of the machine today. */
    Scenario floorAlone() {
        return setting -> {
            Side floor = floor(setting);
            List<String> remarks = new ArrayList<>();
            doubts(remarks, "floor", floor);
            return new Row(
                    name + " floor",
                    micros(floor.server),
                    "–",
                    "–",
                    floor.latency(),
                    "–",
                    true,
                    floor.troubles,
                    remarks);
        };
    }

    private Side floor(Setting setting) throws Exception {
        int port = Child.freePort();
        List<String> command = new ArrayList<>(setting.floor());
        if (command.isEmpty()) {
            String location = Bench.location(Floor.class);
            command.addAll(
                    List.of(Child.java(), "-XX:+UseSerialGC", "-Xmx64m", "-cp", location, Floor.class.getName()));
        }
        command.add(Integer.toString(port));
        try (Child floor = Child.start("floor", setting.directory(), command).awaitPort(port);
                Load load = new Load(plan, Dialect.FLOOR, port)) {
            return measure(setting, load, new long[] {floor.pid()}, new long[0]);
        }
    }

    private Side ours(Setting setting) throws Exception {
        try (Pods running = new Pods(setting, pods);
                Load load = new Load(plan, Dialect.BINCANG, running.ports())) {
            return measure(setting, load, running.pids(), new long[] {running.redisPid()});
        }
    }

    private static Side measure(Setting setting, Load load, long[] servers, long[] redis) throws IOException {
        long self = ProcessHandle.current().pid();
        load.open(OPENING);
        load.warmUp(setting.warmUp());
        long start = System.nanoTime();
        Cpu before = Cpu.of(servers);
        Cpu redisBefore = Cpu.of(redis);
        Cpu selfBefore = Cpu.of(self);
        Tally tally = load.window(setting.window());
        Cpu spent = Cpu.of(servers).since(before);
        Cpu redisSpent = Cpu.of(redis).since(redisBefore);
        Cpu selfSpent = Cpu.of(self).since(selfBefore);
        double wall = (System.nanoTime() - start) / 1e9;
        double others = spent.machine() - spent.processes() - redisSpent.processes() - selfSpent.processes();
        double each = 1e6 / Math.max(1, tally.delivered);
        return new Side(
                tally,
                load.troubles(0),
                spent.processes() * each,
                redisSpent.processes() * each,
                selfSpent.processes() / wall,
                others / wall);
    }

    private static void doubts(List<String> remarks, String side, Side measured) {
        if (measured.generator > 0.85) {
            remarks.add(String.format(Locale.ROOT, "%s: the generator is saturated, latency is its own", side));
        }
        if (measured.others > 0.1) {
            remarks.add(String.format(Locale.ROOT, "%s: others used %.2f cores meanwhile", side, measured.others));
        }
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, "%.2f µs", value);
    }
}
