package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a pod logs about its own end. */
class RedisAwayIT {

    private static final Duration SOON = Duration.ofMinutes(2);

    /** This is not a test of how a busy machine delays the start of a pod. */
    private static final Map<String, String> PATIENT =
            Map.of("bincang.redis.timeout", "20s", "quarkus.vertx.warning-exception-time", "1h");

    private static List<String> warnings(Pod pod) {
        return pod.log()
                .lines()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .toList();
    }

    @Test
    void aPodLogsNoTroubleWhenItShutsDown() {
        try (var redis = RedisProcess.startDurable();
                var pod = Pod.start("ended", redis.port(), PATIENT)) {
            pod.awaitReady();
            pod.terminate();
            await().atMost(SOON).until(() -> !pod.running());
            assertTrue(pod.log().contains("bincang stopped in"), pod::log);
            assertEquals(List.of(), warnings(pod));
        }
    }
}
