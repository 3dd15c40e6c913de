package dev.bincang.ops;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.Processes;
import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.process.TraceCollector;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a pod sends to a collector of traces: nothing until it is told to, and then nothing that is secret. */
class TracesIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String EXPORTER_THREAD = "BatchSpanProces"; // BatchSpanProcessor_WorkerThread-1
    private static final String ADDRESS = "203.0.113.7";

    private static RedisProcess redis;

    @BeforeAll
    static void start() {
        redis = RedisProcess.startDurable();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static Pod pod(String name, Map<String, String> environment) {
        return Pod.start(name, redis.port(), Map.of("bincang.drain.time", "0s"), environment);
    }

    /** Uses each way in which a token or a text reaches a pod. Returns what no span may contain. */
    private static List<String> chat(Pod pod) {
        var ana = Http.guest(pod.port(), "Ana");
        ana.say("general", "text-by-http");
        ana.ask(
                        "POST",
                        "/api/commands",
                        BodyPublishers.ofString("{\"type\":\"send\",\"text\":\"text-in-bad-json"),
                        "X-Forwarded-For",
                        ADDRESS)
                .body();
        var ticket = ana.post("/api/tickets", "").ok().body().path("ticket").asText();
        new Http(pod.port(), "")
                .get("/api/events?room=general&ticket=" + ticket)
                .ok();
        new Http(pod.port(), "").get("/api/rooms/general?access_token=" + ana.token());
        ana.get("/api/invites/general.invite-token-by-http-1");
        ana.post("/api/invites/general.invite-token-by-http-1", "");
        new Http(pod.port(), "").get("/api/invites/general.invite-token-by-http-1");
        var secrets = new ArrayList<>(
                List.of("invite-token", "text-by-", "text-in-", ticket, ana.token(), "access_token", ADDRESS));
        var hello = "{\"type\":\"hello\",\"req\":1,\"token\":\"" + ana.token() + "\",\"rooms\":{\"general\":null}}";
        try (var socket = RawClient.stranger(pod.port(), "Authorization: Bearer " + ana.token() + "\r\n")) {
            assertEquals("welcome", socket.ask(hello).path("type").asText());
            var send = "{\"type\":\"send\",\"req\":2,\"room\":\"general\",\"text\":\"text-by-socket\"}";
            assertEquals("ok", socket.ask(send).path("type").asText());
        }
        return secrets;
    }

    private static void end(Pod pod) {
        pod.terminate();
        await().atMost(SOON).until(() -> !pod.running());
    }

    @Test
    void aRequestIsASpanWithoutTokenTextAndQuery() throws IOException {
        try (var collector = new TraceCollector();
                var pod = pod(
                        "traced",
                        Map.of(
                                "QUARKUS_OTEL_SDK_DISABLED",
                                "false",
                                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                                collector.endpoint()))) {
            pod.awaitReady();
            var secrets = chat(pod);
            assertTrue(pod.threads().contains(EXPORTER_THREAD), pod.threads()::toString);
            assertFalse(openMetrics(pod).contains("trace_id"), "exemplars");
            end(pod);

            var spans = collector.spans();
            for (var path : List.of("/api/guests", "/api/commands", "/api/tickets", "/api/events", "/ws")) {
                assertTrue(spans.contains(path), () -> path + " is not in " + spans);
            }
            assertTrue(spans.contains("url.query"), spans);
            for (var secret : secrets) {
                assertFalse(spans.contains(secret), () -> secret + " is in " + spans);
            }
            for (var other : List.of("/q/health", "OPEN /ws", "db.system", "code.function")) {
                assertFalse(spans.contains(other), () -> other + " is in " + spans);
            }
        }
    }

    private static String openMetrics(Pod pod) throws IOException {
        var connection = (HttpURLConnection)
                URI.create(pod.managementUrl("/q/metrics")).toURL().openConnection();
        connection.setRequestProperty("Accept", "application/openmetrics-text; version=1.0.0; charset=utf-8");
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Test
    void nothingIsSentWhereNobodyAskedForIt() throws IOException {
        try (var collector = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var pod = pod(
                        "untraced",
                        Map.of(
                                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                                "http://127.0.0.1:" + collector.getLocalPort()))) {
            pod.awaitReady();
            chat(pod);
            assertFalse(pod.threads().contains(EXPORTER_THREAD), pod.threads()::toString);
            end(pod); // what waits to be sent is sent now

            collector.setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, collector::accept, "a pod has connected");
        }
    }

    /** A request is answered the same, and the log is not filled. */
    @Test
    void aCollectorThatIsAwayHurtsNobody() {
        try (var pod = pod(
                "lost",
                Map.of(
                        "QUARKUS_OTEL_SDK_DISABLED",
                        "false",
                        "QUARKUS_OTEL_BSP_SCHEDULE_DELAY",
                        "100ms",
                        "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + Processes.freePort()))) {
            pod.awaitReady();
            chat(pod);
            await().atMost(SOON).until(() -> pod.log().contains("Failed to export"));
            var secrets = chat(pod);
            end(pod);

            var log = pod.log();
            assertFalse(log.contains("\tat "), log);
            assertTrue(log.lines().count() < 40, log);
            secrets.forEach(secret -> assertFalse(log.contains(secret), log));
        }
    }
}
