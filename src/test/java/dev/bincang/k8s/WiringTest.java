package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.HttpConfig;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.quarkus.vertx.http.runtime.management.ManagementConfig;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The references between objects are correct: selectors, ports, names. */
class WiringTest {

    static Stream<Manifests> all() {
        return Manifests.all();
    }

    /** The objects that a selector finds, by name. */
    private static Map<String, PodTemplateSpec> selected(Manifests manifests, Map<String, String> selector) {
        assertFalse(selector.isEmpty(), "an empty selector selects everything");
        return manifests.templates().entrySet().stream()
                .filter(one ->
                        one.getValue().getMetadata().getLabels().entrySet().containsAll(selector.entrySet()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<String> ports(PodTemplateSpec template) {
        return template.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .map(ContainerPort::getName)
                .toList();
    }

    private static ServicePort servicePort(Manifests manifests, String service, String port) {
        return manifests.named(Service.class, service).orElseThrow().getSpec().getPorts().stream()
                .filter(one ->
                        one.getName().equals(port) || one.getPort().toString().equals(port))
                .findFirst()
                .orElseThrow();
    }

    // ---- selectors

    @ParameterizedTest
    @MethodSource("all")
    void selectorsFindTheirPodsAndNoOthers(Manifests manifests) {
        for (var one : manifests.all(Deployment.class)) {
            var selector = one.getSpec().getSelector().getMatchLabels();
            assertEquals(Set.of("bincang"), selected(manifests, selector).keySet());
        }
        for (var one : manifests.all(StatefulSet.class)) {
            var selector = one.getSpec().getSelector().getMatchLabels();
            assertEquals(Set.of("bincang-redis"), selected(manifests, selector).keySet());
            assertTrue(manifests
                    .named(Service.class, one.getSpec().getServiceName())
                    .isPresent());
        }
        for (var one : manifests.all(PodDisruptionBudget.class)) {
            var selector = one.getSpec().getSelector().getMatchLabels();
            assertEquals(
                    Set.of(one.getMetadata().getName()),
                    selected(manifests, selector).keySet());
        }
        for (var one : manifests.all(PodMonitor.class)) {
            var selector = one.getSpec().getSelector().getMatchLabels();
            assertEquals(Set.of("bincang"), selected(manifests, selector).keySet());
        }
        for (var one : manifests.all(Service.class)) {
            var found = selected(manifests, one.getSpec().getSelector());
            assertEquals(1, found.size(), one.getMetadata()::getName);
        }
    }

    /** Other labels would change with the version or the overlay, and a Deployment's selector cannot be changed. */
    @ParameterizedTest
    @MethodSource("all")
    void theSelectorOfTheDeploymentIsOnlyTheName(Manifests manifests) {
        assertEquals(
                Map.of("app.kubernetes.io/name", "bincang"),
                manifests.deployment().getSpec().getSelector().getMatchLabels());
    }

    // ---- ports

    @ParameterizedTest
    @MethodSource("all")
    void everyNamedPortExists(Manifests manifests) {
        for (var service : manifests.all(Service.class)) {
            var template = selected(manifests, service.getSpec().getSelector())
                    .values()
                    .iterator()
                    .next();
            service.getSpec()
                    .getPorts()
                    .forEach(port -> assertTrue(
                            ports(template).contains(port.getTargetPort().getStrVal()), port::toString));
        }
        for (var policy : manifests.all(NetworkPolicy.class)) {
            // one policy is for every form of Redis
            var ports = Manifests.forms()
                    .flatMap(form ->
                            selected(form, policy.getSpec().getPodSelector().getMatchLabels()).values().stream())
                    .flatMap(template -> ports(template).stream())
                    .collect(Collectors.toSet());
            policy.getSpec().getIngress().stream()
                    .flatMap(rule -> rule.getPorts().stream())
                    .forEach(port -> assertTrue(ports.contains(port.getPort().getStrVal()), port::toString));
        }
        for (var monitor : manifests.all(PodMonitor.class)) {
            monitor.getSpec().getPodMetricsEndpoints().forEach(endpoint -> {
                assertTrue(ports(manifests.deployment().getSpec().getTemplate()).contains(endpoint.getPort()));
                assertEquals("/q/metrics", endpoint.getPath());
            });
        }
        for (var template : manifests.templates().values()) {
            template.getSpec()
                    .getContainers()
                    .forEach(container -> Stream.of(
                                    container.getStartupProbe(),
                                    container.getReadinessProbe(),
                                    container.getLivenessProbe())
                            .filter(probe -> probe.getExec() == null)
                            .map(probe -> probe.getHttpGet() != null
                                    ? probe.getHttpGet().getPort()
                                    : probe.getTcpSocket().getPort())
                            .forEach(port -> assertTrue(ports(template).contains(port.getStrVal()), port::toString)));
        }
    }

    @Test
    void thePodListensOnItsPorts() throws IOException, ReflectiveOperationException {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of("src", "main", "resources", "application.properties"))) {
            properties.load(in);
        }
        assertNull(properties.get("quarkus.management.port"), "Quarkus' own default");
        var management = ManagementConfig.class
                .getMethod("port")
                .getAnnotation(WithDefault.class)
                .value();
        var ports = Manifests.overlay("production").container().getPorts().stream()
                .collect(Collectors.toMap(
                        ContainerPort::getName, port -> port.getContainerPort().toString()));
        assertEquals(Map.of("http", properties.get("quarkus.http.port"), "management", management), ports);
    }

    @ParameterizedTest
    @MethodSource("all")
    void chatAndManagementHaveSeparateServices(Manifests manifests) {
        assertEquals(List.of("http"), names(manifests, "bincang"));
        assertEquals(List.of("management"), names(manifests, "bincang-management"));
    }

    private static List<String> names(Manifests manifests, String service) {
        return manifests.named(Service.class, service).orElseThrow().getSpec().getPorts().stream()
                .map(ServicePort::getName)
                .toList();
    }

    // ---- routes and ingresses

    @ParameterizedTest
    @MethodSource("all")
    void trafficGoesToTheChatWithoutStickySessions(Manifests manifests) {
        for (var ingress : manifests.all(Ingress.class)) {
            ingress.getSpec().getRules().stream()
                    .flatMap(rule -> rule.getHttp().getPaths().stream())
                    .map(path -> path.getBackend().getService())
                    .forEach(to -> assertEquals(
                            "http",
                            servicePort(manifests, to.getName(), to.getPort().getName())
                                    .getName()));
            assertFalse(ingress.getMetadata().getAnnotations().toString().contains("affinity"));
        }
        for (var route : manifests.all(HTTPRoute.class)) {
            route.getSpec().getRules().stream()
                    .peek(rule -> assertNull(rule.getTimeouts(), "some gateways refuse a route with timeouts"))
                    .flatMap(rule -> rule.getBackendRefs().stream())
                    .forEach(to -> assertEquals(
                            "http",
                            servicePort(manifests, to.getName(), to.getPort().toString())
                                    .getName()));
        }
        manifests
                .all(Service.class)
                .forEach(service -> assertNull(service.getSpec().getSessionAffinity()));
    }

    @Test
    void thePodAcceptsTheHostNamesOfRoutesAndIngresses() {
        var production = Manifests.overlay("production");
        var names = Stream.concat(
                        production.all(Ingress.class).stream()
                                .flatMap(ingress -> ingress.getSpec().getRules().stream())
                                .map(rule -> rule.getHost()),
                        production.all(HTTPRoute.class).stream()
                                .flatMap(route -> route.getSpec().getHostnames().stream()))
                .collect(Collectors.toSet());
        assertEquals(Set.of(production.settings().get("BINCANG_HTTP_HOSTS").split(",")), names);
    }

    @Test
    void theTimeoutsOfTheIngressAreLongerThanAnySilence() throws ReflectiveOperationException {
        var annotations = Manifests.made("with-ingress", List.of("ingress"))
                .all(Ingress.class)
                .getFirst()
                .getMetadata()
                .getAnnotations();
        assertEquals("off", annotations.get("nginx.ingress.kubernetes.io/proxy-buffering"));
        var silent = HttpConfig.class
                .getMethod("maxWait")
                .getAnnotation(WithDefault.class)
                .value();
        assertEquals("50s", silent, "the longest silence: a long poll's");
        for (var timeout : List.of("proxy-read-timeout", "proxy-send-timeout")) {
            assertEquals("3600", annotations.get("nginx.ingress.kubernetes.io/" + timeout), timeout);
        }
    }

    @Test
    void productionHasAGatewayWithACertificateForItsHost() {
        var production = Manifests.overlay("production");
        assertEquals(List.of(), production.all(Ingress.class));
        var gateway = production.all(Gateway.class).getFirst();
        var route = production.all(HTTPRoute.class).getFirst();
        assertEquals(
                gateway.getMetadata().getName(),
                route.getSpec().getParentRefs().getFirst().getName());
        assertNull(route.getSpec().getParentRefs().getFirst().getNamespace());
        var listener = gateway.getSpec().getListeners().getFirst();
        assertEquals(List.of(listener.getHostname()), route.getSpec().getHostnames());
        assertEquals("HTTPS", listener.getProtocol());
        assertFalse(listener.getTls().getCertificateRefs().isEmpty());
        assertTrue(gateway.getMetadata().getAnnotations().containsKey("cert-manager.io/cluster-issuer"));
    }

    /** The example in k8s/README.md for clusters with an ingress controller. */
    @Test
    void theIngressInReadmeHasAHostAndACertificate() throws IOException {
        var readme = Files.readString(Path.of("k8s", "README.md"));
        var begin = readme.indexOf("patches:\n  - target:\n      kind: Ingress");
        assertTrue(begin > 0, "no patch for an Ingress");
        var shown = Kustomize.made("with-ingress-of-readme", List.of("ingress"));
        var file = shown.resolve("kustomization.yaml");
        Files.writeString(file, Files.readString(file) + readme.substring(begin, readme.indexOf("```", begin)));
        var ingress = (Ingress) Strict.read(Kustomize.render(shown)).stream()
                .filter(Ingress.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertEquals(
                List.of(ingress.getSpec().getRules().getFirst().getHost()),
                ingress.getSpec().getTls().getFirst().getHosts());
        assertTrue(ingress.getMetadata().getAnnotations().containsKey("cert-manager.io/cluster-issuer"));
        assertEquals("off", ingress.getMetadata().getAnnotations().get("nginx.ingress.kubernetes.io/proxy-buffering"));
    }
}
