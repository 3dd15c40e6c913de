package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of Redis fit together: single, with users and TLS, with sentinels, and as a cluster. */
class RedisComponentsTest {

    static Stream<Manifests> all() {
        return Manifests.all();
    }

    static Stream<Manifests> several() {
        return Stream.of(Manifests.sentinel(), Manifests.cluster());
    }

    private static Container server(Manifests manifests) {
        return manifests
                .redis()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    /** Kubernetes refuses to change these fields, and the volumes are found by these names. */
    @Test
    void aChangeFromOneFormToAnotherKeepsTheStatefulSetAndItsVolumes() {
        var fixed = Manifests.forms()
                .map(form -> form.redis())
                .map(set -> List.of(
                        set.getMetadata().getName(),
                        set.getSpec().getServiceName(),
                        set.getSpec().getPodManagementPolicy(),
                        set.getSpec().getSelector(),
                        set.getSpec().getVolumeClaimTemplates().stream()
                                .map(PersistentVolumeClaim::getSpec)
                                .toList()))
                .collect(Collectors.toSet());
        assertEquals(1, fixed.size(), fixed::toString);
    }

    @Test
    void allFormsRunTheSameValkey() {
        var images = Manifests.forms()
                .flatMap(form -> form.redis().getSpec().getTemplate().getSpec().getContainers().stream())
                .map(Container::getImage)
                .collect(Collectors.toSet());
        assertEquals(1, images.size(), images::toString);
        assertTrue(images.iterator().next().startsWith("valkey/valkey:8."), images::toString);
    }

    @ParameterizedTest
    @MethodSource("several")
    void noNodeHasTwoPodsOfRedisAndOneAtATimeMayEnd(Manifests manifests) {
        var labels = manifests.redis().getSpec().getSelector().getMatchLabels();
        var pod = manifests.redis().getSpec().getTemplate().getSpec();
        var apart = pod.getAffinity()
                .getPodAntiAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getFirst();
        assertEquals("kubernetes.io/hostname", apart.getTopologyKey());
        assertEquals(labels, apart.getLabelSelector().getMatchLabels());
        var zones = pod.getTopologySpreadConstraints().getFirst();
        assertEquals("topology.kubernetes.io/zone", zones.getTopologyKey());
        assertEquals(labels, zones.getLabelSelector().getMatchLabels());
        var budget = manifests
                .named(PodDisruptionBudget.class, "bincang-redis")
                .orElseThrow()
                .getSpec();
        assertEquals(1, budget.getMaxUnavailable().getIntVal());
        assertEquals(labels, budget.getSelector().getMatchLabels());
    }

    /** Otherwise a rollout would end the master while the new replica still copies its data. */
    @ParameterizedTest
    @MethodSource("several")
    void aReplicaIsReadyWhenItHasTheDataAndAMasterHandsOverBeforeItEnds(Manifests manifests) {
        assertEquals(
                List.of("sh", "/etc/redis/ready.sh"),
                server(manifests).getReadinessProbe().getExec().getCommand());
        assertEquals(
                List.of("sh", "/etc/redis/stop.sh"),
                server(manifests).getLifecycle().getPreStop().getExec().getCommand());
    }

    @Test
    void everyScriptAndFileThatIsNamedExists() {
        Manifests.forms().forEach(form -> {
            var files = form.named(ConfigMap.class, RedisConf.map(form))
                    .orElseThrow()
                    .getData();
            var text = form.redis() + String.join("\n", files.values());
            Stream.of(text.split("/etc/redis/", -1))
                    .skip(1)
                    .map(rest -> rest.split("[^a-z.]", 2)[0])
                    .forEach(name -> assertTrue(files.containsKey(name), () -> form + ": " + name));
        });
    }

    @Test
    void theUserHasTheRightsOfTheDocument() throws IOException {
        var documented = Files.readString(Path.of("docs", "security.md"))
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("ACL SETUSER bincang on "))
                .map(line -> line.substring("ACL SETUSER bincang on >PASSWORD ".length()))
                .toList();
        for (var form : several().toList()) {
            var arguments = server(form).getArgs();
            var user = arguments.subList(arguments.indexOf("--user") + 1, arguments.size());
            assertEquals("bincang on >$(REDIS_PASSWORD) " + documented.getFirst(), String.join(" ", user));
        }
        var script = Manifests.sentinel()
                .named(ConfigMap.class, RedisConf.map(Manifests.sentinel()))
                .orElseThrow()
                .getData()
                .get("sentinel.sh");
        assertTrue(script.contains("\nuser bincang on >$REDIS_PASSWORD " + documented.get(1) + "\n"), script);
    }

    @Test
    void thePodsAreToldWhatTheirRedisIs() {
        assertEquals("sentinel", Manifests.sentinel().settings().get("QUARKUS_REDIS_CLIENT_TYPE"));
        assertEquals("bincang", Manifests.sentinel().settings().get("QUARKUS_REDIS_MASTER_NAME"));
        assertEquals("cluster", Manifests.cluster().settings().get("QUARKUS_REDIS_CLIENT_TYPE"));
        assertEquals(
                Set.of("/etc/redis-ca/ca.crt"),
                several()
                        .map(form -> form.settings().get("QUARKUS_REDIS_TLS_TRUST_CERTIFICATE_PEM_CERTS"))
                        .collect(Collectors.toSet()));
        several()
                .forEach(form -> assertTrue(form.container().getVolumeMounts().stream()
                        .anyMatch(mount -> mount.getMountPath().equals("/etc/redis-ca"))));
    }

    @ParameterizedTest
    @MethodSource("all")
    void thePodsFindTheirRedis(Manifests manifests) {
        var settings = new HashMap<>(manifests.settings());
        settings.putAll(Map.of("REDIS_PASSWORD", "secret", "NAMESPACE", "chat"));
        new SmallRyeConfigBuilder()
                .addDefaultInterceptors() // which put the variables in, as in a pod
                .withSources(new EnvConfigSource(settings, 300))
                .build()
                .getOptionalValues("quarkus.redis.hosts", URI.class)
                .ifPresent(hosts -> hosts.forEach(one -> found(manifests, one)));
    }

    /** A Service, or a pod of the StatefulSet: {@code pod.service.namespace.svc}. */
    private static void found(Manifests manifests, URI redis) {
        assertEquals(redis.getScheme().equals("rediss") ? "bincang:secret" : null, redis.getUserInfo());
        var names = List.of(redis.getHost().split("\\.", -1));
        var pod = names.getFirst().matches(".*-[0-9]+");
        assertEquals(
                names.size() == 1 ? List.of() : List.of("chat", "svc"),
                names.subList(names.size() == 1 ? 1 : pod ? 2 : 1, names.size()));
        if (!pod) {
            var service = manifests.named(Service.class, names.getFirst()).orElseThrow();
            var port = service.getSpec().getPorts().getFirst();
            assertEquals("redis", port.getName());
            assertEquals(redis.getPort(), port.getPort());
            return;
        }
        var set = manifests.redis();
        var number = names.getFirst().substring(set.getMetadata().getName().length() + 1);
        assertTrue(Integer.parseInt(number) < set.getSpec().getReplicas(), names::toString);
        var service = manifests.named(Service.class, names.get(1)).orElseThrow();
        assertEquals(set.getSpec().getServiceName(), service.getMetadata().getName());
        assertEquals("None", service.getSpec().getClusterIP());
        assertTrue(service.getSpec().getPublishNotReadyAddresses(), "a pod joins before it is ready");
        assertTrue(
                set.getSpec().getTemplate().getSpec().getContainers().stream()
                        .flatMap(container -> container.getPorts().stream())
                        .anyMatch(port -> port.getContainerPort() == redis.getPort()),
                redis::toString);
    }
}
