package dev.bincang.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The settings of the component redis, by name. */
record RedisConf(Map<String, String> settings) {

    static RedisConf of(Manifests manifests) {
        var pod = manifests
                .named(StatefulSet.class, "bincang-redis")
                .orElseThrow()
                .getSpec()
                .getTemplate()
                .getSpec();
        var map = pod.getVolumes().getFirst().getConfigMap().getName();
        var settings = new LinkedHashMap<String, String>();
        manifests
                .named(ConfigMap.class, map)
                .orElseThrow()
                .getData()
                .get("redis.conf")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" ", 2))
                .forEach(line -> settings.put(line[0], line[1].equals("\"\"") ? "" : line[1]));
        return new RedisConf(settings);
    }

    long bytes(String name) {
        var value = settings.get(name);
        if (!value.endsWith("mb")) {
            throw new IllegalArgumentException(name + " " + value);
        }
        return Long.parseLong(value.substring(0, value.length() - 2)) << 20;
    }

    /** The settings as arguments of {@code redis-server}. */
    String[] arguments() {
        return settings.entrySet().stream()
                .flatMap(one -> Stream.of("--" + one.getKey(), one.getValue()))
                .toArray(String[]::new);
    }
}
