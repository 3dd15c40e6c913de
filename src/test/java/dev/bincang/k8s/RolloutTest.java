package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * New pods are ready before old ones end, pods end after their clients have moved, and a pod has enough memory and CPU
 * for its clients.
 */
class RolloutTest {

    /** Time to finish commands in flight and to end. */
    private static final Duration MARGIN = Duration.ofSeconds(5);
    /** For each connection; the measured value is 12.4. */
    private static final long CONNECTION = 14_000;
    /** Memory of a pod without clients, in bytes. */
    private static final long JVM = 180_000_000;

    private static final long NATIVE = 60_000_000;

    static Stream<Manifests> all() {
        return Manifests.all();
    }

    static Stream<Manifests> forms() {
        return Manifests.forms();
    }

    private static Duration drain(Manifests manifests) {
        return DurationConverter.parseDuration(manifests.settings().get("BINCANG_DRAIN_TIME"));
    }

    private static int maxConnections(Manifests manifests) {
        return Integer.parseInt(manifests.settings().get("BINCANG_CONNECTION_MAX"));
    }

    private static long bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity).longValueExact();
    }

    // ---- rollouts

    @ParameterizedTest
    @MethodSource("all")
    void aNewPodIsReadyBeforeAnOldOneEndsAndOnePodDrainsAtATime(Manifests manifests) {
        var spec = manifests.deployment().getSpec();
        var rolling = spec.getStrategy().getRollingUpdate();
        assertEquals(1, rolling.getMaxSurge().getIntVal());
        assertEquals(0, rolling.getMaxUnavailable().getIntVal());
        assertTrue(spec.getMinReadySeconds() >= drain(manifests).toSeconds(), "otherwise two pods drain at once");
    }

    @ParameterizedTest
    @MethodSource("all")
    void theGracePeriodCoversTheSleepTheDrainAndAMargin(Manifests manifests) {
        var sleep = Duration.ofSeconds(
                manifests.container().getLifecycle().getPreStop().getSleep().getSeconds());
        var grace = Duration.ofSeconds(
                manifests.deployment().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds());
        assertTrue(sleep.compareTo(Duration.ofSeconds(3)) >= 0, "load balancers need time to notice");
        assertTrue(grace.compareTo(sleep.plus(drain(manifests)).plus(MARGIN)) >= 0, grace::toString);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aNodeCanBeDrainedWhileAPodStays(Manifests manifests) {
        var budget = manifests
                .named(PodDisruptionBudget.class, "bincang")
                .orElseThrow()
                .getSpec();
        assertNull(budget.getMinAvailable());
        var going = budget.getMaxUnavailable().getIntVal();
        assertTrue(going >= 1, "a node could never be emptied");
        assertTrue(manifests.replicas() - going >= 1, "at least one pod stays");
    }

    @Test
    void productionHasAtLeastThreePods() {
        assertEquals(3, Manifests.overlay("production").replicas());
    }

    @ParameterizedTest
    @MethodSource("all")
    void podsAreSpreadOverNodesAndZones(Manifests manifests) {
        var template = manifests.deployment().getSpec().getTemplate();
        var spread = template.getSpec().getTopologySpreadConstraints();
        assertEquals(
                Set.of("kubernetes.io/hostname", "topology.kubernetes.io/zone"),
                spread.stream().map(TopologySpreadConstraint::getTopologyKey).collect(Collectors.toSet()));
        spread.forEach(one -> assertTrue(template.getMetadata()
                .getLabels()
                .entrySet()
                .containsAll(one.getLabelSelector().getMatchLabels().entrySet())));
    }

    @Test
    void onlyTheAutoscalerSetsTheReplicasAndItRemovesOnePodAtATime() {
        for (var manifests : List.of(Manifests.overlay("production"), Manifests.everything())) {
            var spec = manifests.all(HorizontalPodAutoscaler.class).getFirst().getSpec();
            assertNull(manifests.deployment().getSpec().getReplicas());
            assertEquals("Deployment", spec.getScaleTargetRef().getKind());
            assertEquals(
                    manifests.deployment().getMetadata().getName(),
                    spec.getScaleTargetRef().getName());
            assertTrue(spec.getMinReplicas() < spec.getMaxReplicas());
            var down = spec.getBehavior().getScaleDown();
            assertTrue(down.getStabilizationWindowSeconds() >= 600);
            down.getPolicies().forEach(policy -> {
                assertEquals("Pods", policy.getType());
                assertEquals(1, policy.getValue());
                assertTrue(policy.getPeriodSeconds() > drain(manifests).toSeconds());
            });
        }
    }

    /** If one of the minimum number of pods is lost, the others can accept its clients. */
    @Test
    void theAutoscalerLeavesRoomForTheClientsOfALostPod() {
        var production = Manifests.overlay("production");
        var metrics = production
                .all(HorizontalPodAutoscaler.class)
                .getFirst()
                .getSpec()
                .getMetrics();
        var pods = metrics.getFirst().getPods();
        assertEquals("bincang_connections", pods.getMetric().getName());
        var each = pods.getTarget().getAverageValue().getNumericalAmount().longValueExact();
        assertTrue(each * production.replicas() <= maxConnections(production) * (production.replicas() - 1L));
        assertEquals("cpu", metrics.get(1).getResource().getName());
        assertNotNull(production.container().getResources().getRequests().get("cpu"));
    }

    // ---- probes

    @ParameterizedTest
    @MethodSource("all")
    void probesUseTheManagementPortAndARestartIsTheLastResort(Manifests manifests) {
        var container = manifests.container();
        var probes = List.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe());
        probes.forEach(
                probe -> assertEquals("management", probe.getHttpGet().getPort().getStrVal()));
        var paths = probes.stream().map(probe -> probe.getHttpGet().getPath()).toList();
        assertEquals(List.of("/q/health/started", "/q/health/ready", "/q/health/live"), paths);
        var live = container.getLivenessProbe();
        assertTrue(live.getPeriodSeconds() * live.getFailureThreshold() >= 60);
    }

    // ---- memory and cores

    @ParameterizedTest
    @MethodSource("all")
    void connectionsAreRefusedBeforeMemoryEnds(Manifests manifests) {
        var itself = manifests.container().getImage().endsWith("-native") ? NATIVE : JVM;
        var resources = manifests.container().getResources();
        var full = maxConnections(manifests) * CONNECTION + itself;
        assertTrue(full <= bytes(resources.getRequests().get("memory")), "a full pod has what it asked for");
        assertTrue(2 * full <= bytes(resources.getLimits().get("memory")), "the limit is at least twice as much");
    }

    @ParameterizedTest
    @MethodSource("all")
    void memoryIsLimitedAndCpuIsNot(Manifests manifests) {
        manifests.templates().values().stream()
                .flatMap(template -> template.getSpec().getContainers().stream())
                .forEach(container -> {
                    var resources = container.getResources();
                    assertEquals(
                            Set.of("cpu", "memory"), resources.getRequests().keySet(), container::getName);
                    assertEquals(Set.of("memory"), resources.getLimits().keySet(), container::getName);
                    assertTrue(bytes(resources.getRequests().get("memory"))
                            <= bytes(resources.getLimits().get("memory")));
                });
    }

    @Test
    void theNativeImageRequestsLess() {
        var jvm = Manifests.made("base", List.of()).container().getResources().getRequests();
        var small = Manifests.made("with-native", List.of("native"))
                .container()
                .getResources()
                .getRequests();
        Set.of("cpu", "memory")
                .forEach(what -> assertTrue(small.get(what)
                                .getNumericalAmount()
                                .compareTo(jvm.get(what).getNumericalAmount())
                        < 0));
    }

    // ---- Redis

    @ParameterizedTest
    @MethodSource("forms")
    void redisKeepsItsDataAndHasMemoryToRewriteIt(Manifests manifests) {
        var set = manifests.redis().getSpec();
        var container = set.getTemplate().getSpec().getContainers().getFirst();
        var claim = set.getVolumeClaimTemplates().getFirst();
        var data = container.getVolumeMounts().stream()
                .filter(one -> one.getName().equals(claim.getMetadata().getName()))
                .findFirst()
                .orElseThrow();
        assertEquals(container.getWorkingDir(), data.getMountPath(), "where it writes");
        var memory = RedisConf.of(manifests).bytes("maxmemory");
        assertTrue(2 * memory <= bytes(container.getResources().getLimits().get("memory")));
        assertTrue(
                4 * memory <= bytes(claim.getSpec().getResources().getRequests().get("storage")));
        assertFalse(set.getTemplate().getSpec().getTerminationGracePeriodSeconds() < 30);
    }
}
