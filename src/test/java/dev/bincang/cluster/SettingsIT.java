package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a pod logs about settings that it cannot start with, or does not know. */
@Execution(ExecutionMode.CONCURRENT)
class SettingsIT {

    private static final Duration SOON = Duration.ofMinutes(2);

    /** The log lines of a pod that has ended by itself. */
    private static List<String> lastWords(Map<String, String> settings) {
        try (var pod = Pod.start("refuses", 1, settings)) {
            await().atMost(SOON).until(() -> !pod.running());
            return pod.log().lines().toList();
        }
    }

    @Test
    void eachBadValueStopsTheStartWithOneLineAndNoStackTrace() {
        var said = lastWords(Map.of(
                "bincang.auth.guests", "maybe",
                "bincang.log.max-events", "many",
                "bincang.http.max-wait", "10m",
                "quarkus.redis.client-type", "replication"));

        assertEquals("Configuration validation failed:", said.getFirst());
        assertEquals(
                Set.of(
                        "\tbincang.auth.guests=maybe: must be true or false",
                        "\tbincang.log.max-events=many: must be between 1 and 400000000",
                        "\tbincang.http.max-wait=10m: must be shorter than quarkus.http.idle-timeout, which is 60s",
                        "\tquarkus.redis.client-type=replication: must be standalone, sentinel or cluster"),
                Set.copyOf(said.subList(1, said.size())));
        assertEquals(5, said.size(), said.toString());
    }

    @Test
    void aMalformedAddressOfRedisIsReportedWithoutItsPassword() {
        var said = lastWords(Map.of("quarkus.redis.hosts", "redis://:12#sec/ ret@127.0.0.1:6379"));

        assertEquals(2, said.size(), said.toString());
        assertTrue(said.getLast().startsWith("\tquarkus.redis.hosts: must be like redis://"), said.toString());
    }

    @Test
    void withoutRedisOneLineTellsWhatToSet() {
        var said = lastWords(Map.of("quarkus.redis.hosts", ""));

        assertEquals(
                1,
                said.stream()
                        .filter(line -> line.contains("quarkus.redis.hosts"))
                        .count(),
                said.toString());
        assertTrue(said.stream().noneMatch(line -> line.startsWith("\tat ")), said.toString());
    }

    @Test
    void anUnknownSettingCausesAWarning() {
        try (var redis = RedisProcess.startDurable();
                var pod = Pod.start(
                        "knows-not",
                        redis.port(),
                        Map.of("bincang.drain.tiem", "3s"),
                        Map.of("BINCANG_AUTH_GEUSTS", "true"))) {
            pod.awaitReady();
            assertTrue(pod.log().contains("bincang.drain.tiem is not a setting of Bincang"), pod::log);
            assertTrue(pod.log().contains("BINCANG_AUTH_GEUSTS is not a setting of Bincang"), pod::log);
            var warnings = pod.log()
                    .lines()
                    .filter(line -> line.contains("is not a setting"))
                    .count();
            assertEquals(2, warnings, pod::log);
        }
    }
}
