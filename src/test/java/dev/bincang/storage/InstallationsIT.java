package dev.bincang.storage;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Over;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.process.Resp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Installations share a Redis and never meet: with another prefix, or in another database. */
class InstallationsIT {

    private static final String ROOM = "shared";
    private static final int MESSAGES = 20;

    @Test
    void installationsOfOneRedisHearOnlyThemselves() {
        try (var redis = RedisProcess.start("--databases", "2")) {
            var address = "redis://127.0.0.1:" + redis.port();
            var pods = List.of(
                    Pod.start("default", redis.port(), Map.of()),
                    Pod.start("prefix", redis.port(), Map.of("bincang.redis.prefix", "other:")),
                    Pod.start("database", redis.port(), Map.of("quarkus.redis.hosts", address + "/1")));
            var ears = new ArrayList<Ear>();
            try {
                pods.forEach(Pod::awaitReady);
                var guests = pods.stream()
                        .map(pod -> Http.guest(pod.port(), "Guest of " + pod.name()))
                        .toList();
                for (int i = 0; i < pods.size(); i++) {
                    var ports = List.of(pods.get(i).port());
                    ears.add(new Ear(Over.WEBSOCKET, ports, guests.get(i).token(), Map.of(ROOM, "0-0")));
                }
                for (int n = 0; n < MESSAGES; n++) {
                    for (int i = 0; i < pods.size(); i++) {
                        guests.get(i).say(ROOM, i + " says " + n);
                    }
                }

                for (int i = 0; i < pods.size(); i++) {
                    var ear = ears.get(i);
                    var own = i;
                    await().until(() -> ear.seqs(ROOM).size() >= MESSAGES);
                    assertEquals(
                            IntStream.range(0, MESSAGES)
                                    .mapToObj(n -> own + " says " + n)
                                    .toList(),
                            ear.heard("message").stream()
                                    .map(message -> message.path("text").asText())
                                    .toList());
                }
                assertEquals(List.of("bincang", "other"), owners(redis, 0));
                assertEquals(List.of("bincang"), owners(redis, 1));
                assertTrue(
                        keys(redis).stream().allMatch(key -> key.startsWith("bincang:1:")),
                        () -> keys(redis).toString());
            } finally {
                ears.forEach(Ear::close);
                pods.forEach(Pod::close);
            }
        }
    }

    /** The first words of all keys of a database. */
    private static List<String> owners(RedisProcess redis, int database) {
        redis.command("SELECT", database);
        return keys(redis).stream()
                .map(key -> key.substring(0, key.indexOf(':')))
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> keys(RedisProcess redis) {
        return Resp.list(redis.command("KEYS", "*")).stream()
                .map(String.class::cast)
                .toList();
    }
}
