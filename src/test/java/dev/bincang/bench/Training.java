package dev.bincang.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The training run of an AOT cache (JEP 514): a pod under the load of small rooms. The JVM writes the classes that the pod
 * loaded and the profiles of its methods (JEP 515) into the cache. A pod that starts with the cache compiles its hot
 * methods at once, without counting calls first.
 */
final class Training {
    private static final Load.Plan PLAN = new Load.Plan(200, 20, 100, 1_000, 128);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Training() {}

    /**
     * Trains a pod of the packaged application, and returns the file with the cache.
     *
     * @param load how long the pod serves small rooms; zero: it only starts and ends, as in the build of the image
     */
    static Path cache(Setting setting, Duration load) throws Exception {
        Path cache = setting.directory().resolve("trained.aot");
        Files.deleteIfExists(cache);
        try (Pods pod = new Pods(setting, 1, "-XX:AOTCacheOutput=" + cache)) {
            if (load.isPositive()) {
                serve(pod.ports()[0], load);
            }
            pod.end(0, LIMIT);
        }
        return cache;
    }

    private static void serve(int port, Duration length) throws IOException {
        try (Load load = new Load(PLAN, BincangTalk.DIALECT, port)) {
            load.open(LIMIT);
            load.warmUp(length);
            if (!load.troubles(0).isEmpty()) {
                throw new IllegalStateException("the training run failed: " + load.troubles(0));
            }
        }
    }
}
