package dev.bincang.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The measurement of one contender under one load.
 *
 * @param server microseconds of CPU per delivery, of all its processes without Redis
 * @param redis microseconds of CPU per delivery
 * @param append what Redis itself says about the command that publishes; empty without Redis
 * @param generator cores that this JVM used
 * @param others cores that other processes used
 */
record Side(
        Tally tally,
        List<String> troubles,
        double server,
        double redis,
        String append,
        double generator,
        double others) {
    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final List<String> APPENDS = List.of("evalsha", "publish");

    static Side of(Contender contender, Load.Plan plan, Setting setting) throws Exception {
        try (Servers servers = contender.starter().start(setting);
                Load load = new Load(plan, contender.dialect(), servers.ports())) {
            load.open(OPENING);
            load.warmUp(setting.warmUp());
            return measure(servers, load, setting.window());
        }
    }

    private static Side measure(Servers running, Load load, Duration length) throws IOException {
        long self = ProcessHandle.current().pid();
        long[] servers = running.pids();
        long[] redis = running.redis().stream().mapToLong(RedisServer::pid).toArray();
        Map<String, RedisServer.Cost> costsBefore = costs(running);
        long start = System.nanoTime();
        Cpu before = Cpu.of(servers);
        Cpu redisBefore = Cpu.of(redis);
        Cpu selfBefore = Cpu.of(self);
        Tally tally = load.window(length);
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
                append(costsBefore, costs(running), tally.sent),
                selfSpent.processes() / wall,
                others / wall);
    }

    private static Map<String, RedisServer.Cost> costs(Servers running) throws IOException {
        return running.redis().isPresent() ? running.redis().get().costs() : Map.of();
    }

    /** A server publishes by a script, or by PUBLISH alone. The cost of a script includes the commands inside it. */
    private static String append(
            Map<String, RedisServer.Cost> before, Map<String, RedisServer.Cost> after, long messages) {
        for (String command : APPENDS) {
            RedisServer.Cost spent = after.getOrDefault(command, RedisServer.Cost.NOTHING)
                    .since(before.getOrDefault(command, RedisServer.Cost.NOTHING));
            if (spent.calls() > 0) {
                return String.format(
                        Locale.ROOT,
                        "one %s %.1f µs, %.1f a message",
                        command,
                        spent.each(),
                        (double) spent.calls() / Math.max(1, messages));
            }
        }
        return "";
    }

    String latency() {
        return String.format(Locale.ROOT, "%.1f / %.1f", tally.percentile(50), tally.percentile(99));
    }

    /** What makes the figures of this side less certain. */
    void doubts(String side, List<String> remarks) {
        if (generator > 0.85) {
            remarks.add(String.format(Locale.ROOT, "%s: the generator is saturated, latency is its own", side));
        }
        if (others > 0.1) {
            remarks.add(String.format(Locale.ROOT, "%s: others used %.2f cores meanwhile", side, others));
        }
    }
}
