package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything renders, each time to the same, and Kubernetes can read it. */
class RenderTest {

    static Stream<Manifests> all() {
        return Manifests.all();
    }

    static List<String> components() {
        return Kustomize.folders("components");
    }

    static List<String> overlays() {
        return Kustomize.folders("overlays");
    }

    @Test
    void readmeListsTheOverlaysAndComponents() throws IOException {
        var readme = Files.readString(Kustomize.ROOT.resolve("README.md"));
        assertEquals(List.of("demo", "production"), overlays());
        Stream.concat(
                        overlays().stream().map("overlays/"::concat),
                        components().stream().map("components/"::concat))
                .forEach(folder -> assertTrue(readme.contains("`" + folder + "`"), folder));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayRendersToTheSameEachTime(String overlay) {
        var folder = Kustomize.ROOT.resolve("overlays").resolve(overlay);
        assertEquals(Kustomize.render(folder), Kustomize.render(folder));
    }

    @ParameterizedTest
    @MethodSource("components")
    void aComponentWorksOnTheBaseAloneAndChangesSomething(String component) {
        assertNotEquals(
                Manifests.made("base", component.equals("redis-secure") ? List.of("redis") : List.of())
                        .objects(),
                Manifests.made("with-" + component, needed(component)).objects());
    }

    /** All but one work without another. */
    private static List<String> needed(String component) {
        return component.equals("redis-secure") ? List.of("redis", component) : List.of(component);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayUsesOneNamespaceWhichItCreates(String overlay) {
        var manifests = Manifests.overlay(overlay);
        var namespace = manifests.all(Namespace.class).getFirst().getMetadata().getName();
        manifests.objects().stream()
                .filter(one -> !(one instanceof Namespace))
                .forEach(one -> assertEquals(namespace, one.getMetadata().getNamespace(), one::getFullResourceName));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyObjectHasTheStandardLabels(Manifests manifests) {
        for (var object : manifests.objects()) {
            if (object instanceof Namespace) {
                continue;
            }
            var labels = object.getMetadata().getLabels();
            assertEquals("bincang", labels.get("app.kubernetes.io/part-of"), object.getMetadata()::getName);
            var name = object.getMetadata().getName().startsWith("bincang-redis") ? "redis" : "bincang";
            assertEquals(name, labels.get("app.kubernetes.io/name"), object.getMetadata()::getName);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aChangedSettingRollsThePods(Manifests manifests) {
        var named = new HashSet<String>();
        for (var template : manifests.templates().values()) {
            template.getSpec().getContainers().stream()
                    .flatMap(one -> one.getEnvFrom().stream())
                    .forEach(from -> named.add(from.getConfigMapRef().getName()));
            template.getSpec().getVolumes().stream()
                    .filter(volume -> volume.getConfigMap() != null)
                    .forEach(volume -> named.add(volume.getConfigMap().getName()));
        }
        named.forEach(name -> {
            assertTrue(name.matches(".*-[0-9a-z]{10}"), () -> name + " has no hash");
            var map = manifests.named(ConfigMap.class, name).orElseThrow();
            var annotations = map.getMetadata().getAnnotations();
            // otherwise `rollout undo` would return to pods whose settings are deleted
            assertEquals("Prune=false", annotations.get("argocd.argoproj.io/sync-options"), name);
            assertEquals("disabled", annotations.get("kustomize.toolkit.fluxcd.io/prune"), name);
        });
    }

    @Test
    void grafanaCanReadTheDashboard() throws IOException {
        var map = Manifests.everything()
                .named(ConfigMap.class, "bincang-dashboard")
                .orElseThrow();
        assertEquals("1", map.getMetadata().getLabels().get("grafana_dashboard"));
        var dashboard = new ObjectMapper().readTree(map.getData().get("dashboard.json"));
        assertEquals("bincang", dashboard.path("uid").asText());
        assertFalse(dashboard.path("panels").isEmpty());
        var titles = new HashSet<String>();
        dashboard.path("panels").forEach(panel -> {
            assertTrue(titles.add(panel.path("title").asText()), panel::toString);
            assertEquals("${datasource}", panel.at("/datasource/uid").asText());
            panel.path("targets")
                    .forEach(target -> assertTrue(
                            target.path("expr").asText().contains("{namespace=\"$namespace\"}"), target::toString));
        });
    }

    // ---- strict reading

    private static void refused(String yaml, String because) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> Strict.read(yaml));
        assertTrue(refusal.getMessage().contains(because), refusal::getMessage);
    }

    @Test
    void aFieldThatKubernetesDoesNotHaveIsFoundAtAnyDepth() {
        refused("{apiVersion: v1, kind: Service, metadata: {name: x}, specs: {}}", "specs");
        refused("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: x}
                spec: {template: {spec: {containers: [{name: x, lifecycle: {preStop: {sleep: {second: 5}}}}]}}}
                """, "second");
    }

    @Test
    void aFieldThatACustomResourceDoesNotHaveIsFound() {
        refused("""
                apiVersion: monitoring.coreos.com/v1
                kind: PrometheusRule
                metadata: {name: x}
                spec: {groups: [{name: x, rules: [{alert: X, expression: "1"}]}]}
                """, "expression");
        refused("""
                apiVersion: monitoring.coreos.com/v1
                kind: PodMonitor
                metadata: {name: x}
                spec: {podMetricEndpoints: []}
                """, "podMetricEndpoints");
        refused("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: x}
                spec: {rules: [{timeouts: {requests: 0s}}]}
                """, "requests");
    }

    @Test
    void aNumberIsNotATextAndATextIsNotANumber() {
        refused("{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {A: 1}}", "String");
        refused("{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {replicas: \"2\"}}", "Integer");
    }

    @Test
    void anotherVersionOfAKindIsNotThatKind() {
        refused("{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: x}}", "no kind");
    }
}
