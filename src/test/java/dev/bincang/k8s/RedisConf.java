package dev.bincang.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The settings of the component redis, by name. */
record RedisConf(Map<String, String> settings) {

    static RedisConf of(Manifests manifests) {
        var settings = new LinkedHashMap<String, String>();
        manifests
                .named(ConfigMap.class, map(manifests))
                .orElseThrow()
                .getData()
                .get("redis.conf")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" ", 2))
                .forEach(line -> settings.put(line[0], line[1].equals("\"\"") ? "" : line[1]));
        return new RedisConf(settings);
    }

    /** The name of the ConfigMap with the files of the server. */
    static String map(Manifests manifests) {
        return manifests.redis().getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(one -> one.getConfigMap() != null)
                .findFirst()
                .orElseThrow()
                .getConfigMap()
                .getName();
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
