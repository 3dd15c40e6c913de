package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A pod gets only the rights that it needs: PodSecurity "restricted", no token, no visible secret, and restricted
 * connections.
 */
class SecurityTest {

    static Stream<Manifests> all() {
        return Manifests.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void podsAreRestricted(Manifests manifests) {
        manifests
                .all(Namespace.class)
                .forEach(namespace -> assertEquals(
                        "restricted", namespace.getMetadata().getLabels().get("pod-security.kubernetes.io/enforce")));
        manifests.templates().forEach((name, template) -> {
            restricted(name, template.getSpec());
            assertEquals(List.of(), template.getSpec().getInitContainers(), name);
            template.getSpec().getContainers().forEach(container -> restricted(name, container));
        });
    }

    private static void restricted(String name, PodSpec pod) {
        assertNull(pod.getHostNetwork(), name);
        assertNull(pod.getHostPID(), name);
        assertNull(pod.getHostIPC(), name);
        var security = pod.getSecurityContext();
        assertTrue(security.getRunAsNonRoot(), name);
        assertNotEquals(0L, security.getRunAsUser(), name);
        assertEquals("RuntimeDefault", security.getSeccompProfile().getType(), name);
        assertEquals(List.of(), security.getSysctls(), name);
        pod.getVolumes()
                .forEach(volume -> assertTrue(
                        volume.getConfigMap() != null || volume.getEmptyDir() != null || volume.getSecret() != null,
                        volume::toString));
    }

    private static void restricted(String name, Container container) {
        var security = container.getSecurityContext();
        assertFalse(security.getAllowPrivilegeEscalation(), name);
        assertTrue(security.getReadOnlyRootFilesystem(), name);
        assertEquals(List.of("ALL"), security.getCapabilities().getDrop(), name);
        assertEquals(List.of(), security.getCapabilities().getAdd(), name);
        assertNull(security.getPrivileged(), name);
        assertNull(security.getProcMount(), name);
        container.getPorts().forEach(port -> assertNull(port.getHostPort(), name));
    }

    @ParameterizedTest
    @MethodSource("all")
    void noPodHasATokenForKubernetes(Manifests manifests) {
        manifests
                .templates()
                .forEach((name, template) -> assertFalse(template.getSpec().getAutomountServiceAccountToken(), name));
        var account = manifests.deployment().getSpec().getTemplate().getSpec().getServiceAccountName();
        assertFalse(manifests.named(ServiceAccount.class, account).orElseThrow().getAutomountServiceAccountToken());
    }

    /** Kubernetes sets variables for Services, for example {@code BINCANG_REDIS_PORT}. */
    @ParameterizedTest
    @MethodSource("all")
    void noVariableOfAServiceIsTakenForASetting(Manifests manifests) {
        manifests
                .templates()
                .forEach((name, template) -> assertFalse(template.getSpec().getEnableServiceLinks(), name));
    }

    /** There is no object of kind Secret either; {@link Strict} does not know that kind. */
    @ParameterizedTest
    @MethodSource("all")
    void noSecretIsInTheManifests(Manifests manifests) {
        var settings = Stream.concat(
                manifests.all(ConfigMap.class).stream().flatMap(map -> map.getData().entrySet().stream()),
                manifests.templates().values().stream()
                        .flatMap(template -> template.getSpec().getContainers().stream())
                        .flatMap(container -> container.getEnv().stream())
                        .filter(one -> one.getValue() != null)
                        .map(one -> Map.entry(one.getName(), one.getValue())));
        settings.forEach(one -> {
            var secret = one.getKey().toLowerCase(Locale.ROOT).matches(".*(password|secret|token|private).*")
                    || one.getValue().replace("${REDIS_PASSWORD}", "").matches("(?s).*://[^/\\s]*:[^/\\s]+@.*");
            assertFalse(secret, one::getKey);
        });
    }

    @Test
    void theRedisOfProductionComesFromASecret() {
        var production = Manifests.overlay("production");
        assertFalse(production.settings().containsKey("QUARKUS_REDIS_HOSTS"));
        var secret = production.container().getEnv().stream()
                .filter(one -> one.getName().equals("QUARKUS_REDIS_HOSTS"))
                .map(EnvVar::getValueFrom)
                .findFirst()
                .orElseThrow()
                .getSecretKeyRef();
        assertEquals("bincang-redis", secret.getName());
        assertEquals("hosts", secret.getKey());
        assertNull(secret.getOptional());
    }

    // ---- network policies

    @Test
    void everyPodHasANetworkPolicyForBothDirections() {
        for (var manifests : List.of(Manifests.overlay("production"), Manifests.everything())) {
            manifests.templates().forEach((name, template) -> {
                var policy = manifests.all(NetworkPolicy.class).stream()
                        .filter(one -> selects(
                                one.getSpec().getPodSelector(),
                                template.getMetadata().getLabels()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(name));
                assertEquals(List.of("Ingress", "Egress"), policy.getSpec().getPolicyTypes());
            });
        }
    }

    @Test
    void theGatewayReachesTheChatMonitoringTheMetricsAndPodsRedis() {
        var manifests = Manifests.everything();
        var bincang =
                manifests.named(NetworkPolicy.class, "bincang").orElseThrow().getSpec();
        var chat = bincang.getIngress().get(0);
        assertEquals("http", port(chat));
        assertEquals(
                Set.of("envoy-gateway-system", "gateway", "ingress-nginx", "istio-ingress", "traefik"),
                Set.copyOf(chat.getFrom()
                        .get(0)
                        .getNamespaceSelector()
                        .getMatchExpressions()
                        .getFirst()
                        .getValues()));
        var beside =
                chat.getFrom().get(1).getPodSelector().getMatchExpressions().getFirst();
        assertEquals("gateway.networking.k8s.io/gateway-name", beside.getKey());
        assertEquals("Exists", beside.getOperator());
        assertEquals("management", port(bincang.getIngress().get(1)));
        assertEquals("monitoring", namespace(bincang.getIngress().get(1)));
        assertEquals(2, bincang.getIngress().size());
        var out = bincang.getEgress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getPort().getIntVal())
                .distinct()
                .sorted()
                .toList();
        assertEquals(
                List.of(53, 443, 6379, 6380, 8443, 26379), out, "DNS, provider, Redis plain, by TLS, and Sentinel");

        var redis = manifests
                .named(NetworkPolicy.class, "bincang-redis")
                .orElseThrow()
                .getSpec();
        assertEquals(2, redis.getIngress().size());
        var pods = manifests.deployment().getSpec().getTemplate().getMetadata().getLabels();
        var itself = manifests.redis().getSpec().getTemplate().getMetadata().getLabels();
        assertEquals(List.of("redis", "sentinel"), ports(redis.getIngress().get(0)));
        assertTrue(selects(redis.getIngress().get(0).getFrom().getFirst().getPodSelector(), pods));
        assertEquals(
                List.of("redis", "sentinel", "bus"), ports(redis.getIngress().get(1)));
        assertTrue(selects(redis.getIngress().get(1).getFrom().getFirst().getPodSelector(), itself));
        assertTrue(selects(redis.getEgress().getFirst().getTo().getFirst().getPodSelector(), itself));
        var allowed = redis.getEgress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getPort().getIntVal())
                .collect(Collectors.toSet());
        assertEquals(Set.of(53, 6379, 16379, 26379), allowed);
        var listened = Manifests.forms()
                .flatMap(form -> form.redis().getSpec().getTemplate().getSpec().getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .map(ContainerPort::getContainerPort)
                .collect(Collectors.toSet());
        assertEquals(Set.of(6379, 16379, 26379), listened);
    }

    private static List<String> ports(NetworkPolicyIngressRule rule) {
        return rule.getPorts().stream().map(port -> port.getPort().getStrVal()).toList();
    }

    private static String port(NetworkPolicyIngressRule rule) {
        return rule.getPorts().getFirst().getPort().getStrVal();
    }

    private static String namespace(NetworkPolicyIngressRule rule) {
        return rule.getFrom().getFirst().getNamespaceSelector().getMatchLabels().get("kubernetes.io/metadata.name");
    }

    private static boolean selects(LabelSelector selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
    }
}
