package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.client.Http;
import dev.bincang.testing.process.Certificate;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A pod cannot work with this Redis. One line tells why, without a stack trace, and it is not repeated with each try.
 */
@Execution(ExecutionMode.CONCURRENT)
class RedisTroubleIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int TRIES = 4;

    private static Certificate certificate;
    private static RedisProcess redis;

    @BeforeAll
    static void start() throws IOException {
        certificate = Certificate.of("localhost");
        redis = RedisProcess.startTls(certificate);
        redis.command("ACL", "SETUSER", "deaf", "on", ">secret", "~*", "resetchannels", "+@all");
        redis.command("ACL", "SETUSER", "half", "on", ">secret", "~*", "resetchannels", "&bincang:pulse:*", "+@all");
        redis.command("ACL", "SETUSER", "blind", "on", ">secret", "~*", "&*", "+@all", "-info");
        redis.command((Object[]) documented());
    }

    /** The command of docs/security.md that makes a user with no more rights than are needed. */
    private static String[] documented() throws IOException {
        var document = Files.readString(Path.of("docs", "security.md"));
        var begin = document.indexOf("ACL SETUSER bincang ");
        var command = document.substring(begin, document.indexOf("```", begin));
        return command.replace("SETUSER bincang", "SETUSER least")
                .replace("PASSWORD", "secret")
                .strip()
                .split("\\s+", -1);
    }

    @AfterAll
    static void end() {
        redis.close();
    }

    private static Pod pod(String hosts, Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("quarkus.redis.hosts", hosts);
        // This is not a test of how a busy machine delays the start of a pod.
        settings.putIfAbsent("bincang.redis.timeout", "20s");
        settings.put("quarkus.vertx.warning-exception-time", "1h");
        settings.put("quarkus.vertx.max-event-loop-execute-time", "1h");
        return Pod.start("troubled", 1, settings);
    }

    /** The pod reports it once in the log, and as the reason why it is not ready, however often it has tried. */
    private static void saysOnce(String hosts, Map<String, String> more, String why) {
        try (var pod = pod(hosts, more)) {
            await().atMost(SOON).until(() -> pod.log().contains(why));
            await().atMost(SOON).until(() -> pod.live());
            var before = pod.metric("bincang_redis_tries_total");
            await().atMost(SOON).until(() -> pod.metric("bincang_redis_tries_total") >= before + TRIES);

            var said = pod.log()
                    .lines()
                    .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .toList();
            assertEquals(1, said.size(), pod::log);
            assertTrue(said.getFirst().contains(why), pod::log);
            assertFalse(pod.log().contains("\tat "), pod::log);
            assertFalse(pod.log().contains("cret"), pod::log);
            assertFalse(pod.ready());
            assertTrue(pod.health().contains(why), pod::health);
        }
    }

    @Test
    void aWrongPassword() {
        saysOnce("redis://least:wrongsecret@127.0.0.1:" + redis.port(), Map.of(), "WRONGPASS");
    }

    @Test
    void aUserWithoutAnyChannel() {
        saysOnce("redis://deaf:secret@127.0.0.1:" + redis.port(), Map.of(), "lacks a right");
    }

    @Test
    void aUserWithoutTheChannelsOfRooms() {
        saysOnce("redis://half:secret@127.0.0.1:" + redis.port(), Map.of(), "lacks a right");
    }

    @Test
    void aUserWithoutACommand() {
        saysOnce("redis://blind:secret@127.0.0.1:" + redis.port(), Map.of(), "lacks a right");
    }

    @Test
    void plainTextToATlsPort() {
        saysOnce("redis://:secret@127.0.0.1:" + redis.tlsPort(), Map.of(), "use rediss:// instead of redis://");
    }

    @Test
    void tlsToAPlainPort() {
        var settings = Map.of("bincang.redis.timeout", "3s"); // such a port never answers
        saysOnce("rediss://:secret@127.0.0.1:" + redis.port(), settings, "use redis:// instead of rediss://");
    }

    @Test
    void aCertificateForAnotherName() {
        saysOnce("rediss://127.0.0.1:" + redis.tlsPort(), trusting(), "its TLS certificate is refused");
    }

    @Test
    void aCertificateForAnotherNameFromTheTlsRegistry() {
        saysOnce("rediss://127.0.0.1:" + redis.tlsPort(), trustingByRegistry(), "its TLS certificate is refused");
    }

    @Test
    void aCertificateThatIsNotTrusted() {
        saysOnce("rediss://localhost:" + redis.tlsPort(), Map.of(), "its TLS certificate is refused");
    }

    private static Map<String, String> trusting() {
        return Map.of(
                "quarkus.redis.tls.trust-certificate-pem.certs",
                certificate.pem().toString());
    }

    private static Map<String, String> trustingByRegistry() {
        return Map.of(
                "quarkus.redis.tls-configuration-name",
                "redis",
                "quarkus.tls.redis.trust-store.pem.certs",
                certificate.pem().toString());
    }

    @Test
    void theRightNameAndMinimalRightsWork() {
        for (var trust : List.of(trusting(), trustingByRegistry())) {
            try (var pod = pod("rediss://least:secret@localhost:" + redis.tlsPort(), trust)) {
                pod.awaitReady();
                var ana = Http.guest(pod.port(), "Ana");
                var room = ana.post("/api/rooms", "{}").ok().body().path("id").asText();
                ana.say(room, "hello");
                ana.get("/api/rooms/" + room + "/members").ok();
                ana.get("/api/rooms").ok();
                ana.post("/api/tickets", "").ok();
                ana.delete("/api/rooms/" + room).ok();
            }
        }
    }

    @Test
    void aNodeOfAClusterStopsThePodWithOneLine() {
        try (var node = RedisProcess.startDurable("--cluster-enabled", "yes")) {
            stopsThePod(node, "node of a Redis Cluster");
        }
    }

    @Test
    void dataOfANewerFormatStopThePodWithOneLine() {
        try (var newer = RedisProcess.startDurable()) {
            newer.command("SET", "bincang:format", 2);
            stopsThePod(newer, "its data have the format 2, but this version of Bincang knows only format 1");
            assertEquals(List.of("bincang:format"), newer.command("KEYS", "*"), "it has written something");
        }
    }

    @Test
    void aPodWhoseFormatIsReplacedIsNotReadyAndSaysWhy() {
        try (var raised = RedisProcess.startDurable();
                var pod = pod("redis://127.0.0.1:" + raised.port(), Map.of())) {
            pod.awaitReady();
            assertEquals("1", raised.command("GET", "bincang:format"));

            raised.command("SET", "bincang:format", 2);

            await().atMost(SOON).until(() -> !pod.ready());
            assertTrue(pod.health().contains("its data have the format 2"), pod::health);
        }
    }

    private static void stopsThePod(RedisProcess redis, String why) {
        try (var pod = pod("redis://127.0.0.1:" + redis.port(), Map.of())) {
            await().atMost(SOON).until(() -> !pod.running());
            var said = pod.log()
                    .lines()
                    .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .toList();
            assertEquals(1, said.size(), pod::log);
            assertTrue(said.getFirst().contains(why), pod::log);
            assertEquals(1, pod.exit(), pod::log);
        }
    }
}
