package dev.bincang.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The rendered objects of a folder, read strictly. */
record Manifests(String name, List<HasMetadata> objects) {

    private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

    /** Every overlay, and the base with all components, once for each form of Redis. */
    static Stream<Manifests> all() {
        return Stream.concat(Kustomize.folders("overlays").stream().map(Manifests::overlay), forms());
    }

    /** The base with all components, once for each form of Redis. */
    static Stream<Manifests> forms() {
        return Stream.of(everything(), everything("redis", "redis-secure"), sentinel(), cluster());
    }

    static Manifests sentinel() {
        return everything("redis-sentinel");
    }

    static Manifests cluster() {
        return everything("redis-cluster");
    }

    static Manifests overlay(String name) {
        return RENDERED.computeIfAbsent(
                name,
                _ -> new Manifests(
                        name,
                        Strict.read(Kustomize.render(
                                Kustomize.ROOT.resolve("overlays").resolve(name)))));
    }

    static Manifests everything() {
        return everything("redis");
    }

    private static Manifests everything(String... redis) {
        var others = Kustomize.folders("components").stream().filter(one -> !one.startsWith("redis"));
        return made(
                "everything-" + String.join("-", redis),
                Stream.concat(Stream.of(redis), others).toList());
    }

    static Manifests made(String name, List<String> components) {
        return RENDERED.computeIfAbsent(
                "made " + name,
                _ -> new Manifests(name, Strict.read(Kustomize.render(Kustomize.made(name, components)))));
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> Optional<T> named(Class<T> type, String name) {
        return all(type).stream()
                .filter(one -> one.getMetadata().getName().equals(name))
                .findFirst();
    }

    Deployment deployment() {
        return named(Deployment.class, "bincang").orElseThrow();
    }

    Container container() {
        return deployment().getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    /** By the name of their source. */
    Map<String, PodTemplateSpec> templates() {
        var templates = new TreeMap<String, PodTemplateSpec>();
        all(Deployment.class)
                .forEach(one ->
                        templates.put(one.getMetadata().getName(), one.getSpec().getTemplate()));
        all(StatefulSet.class)
                .forEach(one ->
                        templates.put(one.getMetadata().getName(), one.getSpec().getTemplate()));
        return templates;
    }

    /** The environment from the pods' ConfigMap. */
    Map<String, String> settings() {
        var name = container().getEnvFrom().getFirst().getConfigMapRef().getName();
        return named(ConfigMap.class, name).orElseThrow().getData();
    }

    /** The only StatefulSet. */
    StatefulSet redis() {
        return all(StatefulSet.class).getFirst();
    }

    /** The minimum number of pods. */
    int replicas() {
        return all(HorizontalPodAutoscaler.class).stream()
                .map(one -> one.getSpec().getMinReplicas())
                .findFirst()
                .orElseGet(() -> deployment().getSpec().getReplicas());
    }

    @Override
    public String toString() {
        return name;
    }
}
