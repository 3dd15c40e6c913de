package dev.bincang.bench;

import dev.bincang.testing.process.Packaged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The time from the start of the process until the pod is ready, with a running Redis, and its memory then.
 *
 * @param cached with an AOT cache of a {@link Training} without load, as in the image
 * @param times the number of runs; the median counts
 */
record Start(String name, boolean cached, int times) implements Scenario {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private record Seen(long nanos, long rss) {}

    @Override
    public Row run(Setting setting) throws Exception {
        if (cached && Packaged.isNative()) {
            throw new IllegalStateException("an executable has no AOT cache");
        }
        try (Pods redis = new Pods(setting, 0)) {
            String flag = cached ? "-XX:AOTCache=" + Training.cache(setting, Duration.ZERO) : "-Dbincang.pod=" + name;
            once(setting, redis, flag); // after this, the files are in the system's cache
            List<Seen> seen = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                seen.add(once(setting, redis, flag));
            }
            List<Long> ms =
                    seen.stream().map(one -> one.nanos / 1_000_000).sorted().toList();
            List<Long> mb = seen.stream().map(one -> one.rss >> 20).sorted().toList();
            return new Row(
                    name,
                    String.format(Locale.ROOT, "%d ms, %d MB", ms.get(times / 2), mb.get(times / 2)),
                    "–",
                    "–",
                    "–",
                    "–",
                    true,
                    List.of(),
                    List.of(String.format(
                            Locale.ROOT,
                            "%s, %d starts: %d to %d ms until ready, RSS then %d to %d MB",
                            Packaged.isNative() ? "native" : "JVM",
                            times,
                            ms.getFirst(),
                            ms.getLast(),
                            mb.getFirst(),
                            mb.getLast())));
        }
    }

    private Seen once(Setting setting, Pods redis, String flag) throws Exception {
        int management = Child.freePort();
        List<String> command = redis.pod(setting, Child.freePort(), management, flag);
        long begun = System.nanoTime();
        try (Child pod = Child.start(name, setting.directory(), command)) {
            pod.await(LIMIT, () -> Pods.isReady(management));
            return new Seen(System.nanoTime() - begun, Cpu.rss(pod.pid()));
        }
    }
}
