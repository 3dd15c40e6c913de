package dev.bincang.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a pod's log says of a Redis that it does not get to, and of its own end. */
class RedisAwayIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    private static List<String> warnings(Pod pod) {
        return pod.log()
                .lines()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .toList();
    }

    @Test
    void aRedisThatRefusesIsToldOfOnceAndWhy() {
        try (var redis = RedisProcess.startDurable()) {
            redis.command("CONFIG", "SET", "requirepass", "right");
            var settings = Map.of("quarkus.redis.hosts", "redis://:wrong@127.0.0.1:" + redis.port());
            try (var pod = Pod.start("refused", redis.port(), settings)) {
                await().atMost(SOON).until(() -> pod.log().contains("no command link to Redis"));
                assertTrue(pod.live() && !pod.ready(), pod::log);
                var warnings = warnings(pod);
                assertEquals(1, warnings.size(), pod::log);
                assertTrue(warnings.getFirst().contains("WRONGPASS"), pod::log);
                assertFalse(pod.log().contains(":wrong@"), pod::log);
            }
        }
    }

    @Test
    void itsOwnEndIsNoTrouble() {
        try (var redis = RedisProcess.startDurable();
                var pod = Pod.start("ended", redis.port(), Map.of())) {
            pod.awaitReady();
            pod.terminate();
            await().atMost(SOON).until(() -> !pod.running());
            assertTrue(pod.log().contains("bincang stopped in"), pod::log);
            assertEquals(List.of(), warnings(pod));
        }
    }
}
