package dev.bincang.k8s;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packaged application, with the settings and the Redis of the demo, agrees with the manifests. */
class RunningPodIT {

    private static final Pattern METRIC = Pattern.compile("\\bbincang_[a-z_]+");

    private static RedisProcess redis;
    private static Pod pod;

    @BeforeAll
    static void start() {
        var demo = Manifests.overlay("demo");
        redis = RedisProcess.start(RedisConf.of(demo).arguments());
        pod = Pod.start("demo", redis.port(), Map.of(), demo.settings());
        pod.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (pod != null) {
            pod.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void thePodAnswersEveryProbe() {
        Manifests.all()
                .map(Manifests::container)
                .flatMap(one -> Stream.of(one.getStartupProbe(), one.getReadinessProbe(), one.getLivenessProbe()))
                .map(probe -> probe.getHttpGet().getPath())
                .distinct()
                .forEach(path -> assertEquals(200, pod.status(path), path));
        assertEquals(404, pod.status("/q/health/other"), "an unknown probe");
    }

    @Test
    void redisHasTheSettingsOfItsFile() {
        RedisConf.of(Manifests.overlay("demo")).settings().forEach((name, value) -> {
            var reply = (List<?>) redis.command("CONFIG", "GET", name);
            var expected = name.equals("maxmemory")
                    ? Long.toString(RedisConf.of(Manifests.overlay("demo")).bytes(name))
                    : value;
            assertEquals(List.of(name, expected), reply);
        });
    }

    /** There is no provider here, and the pod does not fetch keys before a user comes. */
    @Test
    void aPodStartsWithTheSettingsOfProductionAndLogsJson() throws IOException {
        try (var provider = new IdentityProvider()) {
            var settings = new HashMap<>(Manifests.overlay("production").settings());
            settings.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", provider.jwks());
            settings.put("MP_JWT_VERIFY_ISSUER", IdentityProvider.ISSUER);
            settings.put("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
            try (var production =
                    Pod.start("production", redis.port(), Map.of("bincang.auth.guests", "false"), settings)) {
                production.awaitReady();
                assertEquals(
                        401, new Http(production.port(), "").get("/api/rooms").status());
                new Http(production.port(), provider.token("ana"))
                        .get("/api/rooms")
                        .ok();
                var lines = production
                        .log()
                        .lines()
                        .filter(line -> line.startsWith("{"))
                        .toList();
                assertTrue(lines.size() > 1, "JSON, where it is asked for: " + production.log());
                for (var line : lines) {
                    assertTrue(new ObjectMapper().readTree(line).path("message").isTextual(), line);
                }
            }
        }
    }

    // ---- metrics

    /** The names in alerts, dashboard, autoscaler, adapter and documents. */
    private static Set<String> named() throws IOException {
        var everything = Manifests.everything();
        var alerts = everything.all(PrometheusRule.class).stream()
                .flatMap(one -> one.getSpec().getGroups().stream())
                .flatMap(group -> group.getRules().stream())
                .map(Rule::getExpr)
                .map(expression -> expression.getStrVal());
        var dashboard =
                everything.named(ConfigMap.class, "bincang-dashboard").orElseThrow().getData().values().stream();
        var autoscaler = everything.all(HorizontalPodAutoscaler.class).stream()
                .flatMap(one -> one.getSpec().getMetrics().stream())
                .map(MetricSpec::toString);
        var adapter = Files.readString(Kustomize.ROOT.resolve("components/autoscale/prometheus-adapter.yaml"));
        return Stream.of(alerts, dashboard, autoscaler, Stream.of(adapter), documents())
                .flatMap(all -> all)
                .flatMap(text -> METRIC.matcher(text).results())
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** README has one row of metrics, in which only the first has its prefix. */
    private static Stream<String> documents() throws IOException {
        var texts = new ArrayList<String>();
        var readme = Files.readString(Path.of("README.md"));
        var row = readme.lines()
                .filter(line -> line.contains(":9000/q/metrics"))
                .findFirst()
                .orElseThrow();
        texts.add(row.replace("`_", "`bincang_"));
        texts.add(readme);
        texts.add(Files.readString(Path.of("CHANGELOG.md")));
        try (var docs = Files.walk(Path.of("docs"))) {
            for (var doc : docs.filter(file -> file.toString().endsWith(".md")).toList()) {
                texts.add(Files.readString(doc));
            }
        }
        texts.add(Files.readString(Kustomize.ROOT.resolve("README.md")));
        return texts.stream();
    }

    @Test
    void thePodHasEveryMetricThatTheManifestsUse() throws IOException {
        Http.guest(pod.port(), "Ana").say("general", "hi"); // there is no count of commands before the first one
        assertEquals(401, new Http(pod.port(), "x").get("/api/rooms").status()); // nor of refused tokens
        var there = pod.metrics()
                .lines()
                .flatMap(line -> METRIC.matcher(line).results())
                .map(found -> found.group())
                .collect(Collectors.toSet());
        var named = named();
        assertTrue(named.size() >= 25, named::toString);
        var missing = named.stream().filter(name -> !there.contains(name)).toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void everyMetricHasAHelpText() {
        Http.guest(pod.port(), "Ana").say("general", "hi");
        var lines = pod.metrics().lines().toList();
        var families = lines.stream()
                .filter(line -> line.startsWith("# TYPE bincang_"))
                .map(line -> line.split(" ", -1)[2])
                .toList();
        assertTrue(families.size() >= 20, families::toString);
        var silent = families.stream()
                .filter(name -> lines.stream().noneMatch(line -> line.matches("# HELP " + name + " \\S+ .*")))
                .toList();
        assertEquals(List.of(), silent);
    }

    /** If a counter appears with its first increment, Prometheus sees no increase. */
    @Test
    void refusalsClosesAndAnswersAreCountedFromZero() {
        for (var code : ErrorCode.values()) {
            assertTrue(pod.metrics().contains("bincang_refusals_total{code=\"" + code.wire() + "\""), code::wire);
        }
        for (var code : CloseCode.values()) {
            assertTrue(pod.metrics().contains("bincang_closes_total{code=\"" + code.code() + "\""), code::name);
        }
        var missing = counted("bincang_http_responses_total{status=\"404\"");
        var refused = counted("bincang_refusals_total{code=\"bad_request\"");
        var closed = counted("bincang_closes_total{code=\"4000\"");
        assertEquals(404, new Http(pod.port(), "").get("/nowhere").status());
        try (var stranger = RawClient.stranger(pod.port())) {
            for (int i = 0; i < 20; i++) {
                stranger.send("{}");
            }
            await().until(() -> counted("bincang_closes_total{code=\"4000\"") == closed + 1);
        }
        assertEquals(missing + 1, counted("bincang_http_responses_total{status=\"404\""));
        assertTrue(counted("bincang_refusals_total{code=\"bad_request\"") > refused);
        await().until(() -> pod.metric("bincang_redis_round_trip_seconds_count") > 0);
    }

    private static double counted(String series) {
        return pod.metrics()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void everyKindOfFailureHasAnAlert() {
        var alerts = Manifests.everything()
                .all(PrometheusRule.class)
                .getFirst()
                .getSpec()
                .getGroups()
                .getFirst()
                .getRules();
        assertEquals(
                Set.of(
                        "BincangRedisDown",
                        "BincangRedisRefusesWrites",
                        "BincangMissing",
                        "BincangUnavailable",
                        "BincangResets",
                        "BincangDeliverySlow",
                        "BincangNearlyFull",
                        "BincangEventLoopLag",
                        "BincangSlowReaders"),
                alerts.stream().map(Rule::getAlert).collect(Collectors.toSet()));
        alerts.forEach(alert -> {
            assertTrue(Set.of("critical", "warning").contains(alert.getLabels().get("severity")), alert::getAlert);
            assertEquals(
                    Set.of("summary", "description"), alert.getAnnotations().keySet());
        });
    }
}
