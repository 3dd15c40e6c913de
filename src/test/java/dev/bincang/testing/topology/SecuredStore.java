package dev.bincang.testing.topology;

import static java.util.stream.Collectors.joining;

import dev.bincang.testing.Store;
import dev.bincang.testing.process.Certificate;
import dev.bincang.testing.process.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Stores whose pods sign in as a user who has only the rights that {@code docs/security.md} names. */
public final class SecuredStore {

    private static final String PASSWORD = "secret";
    private static final String SIGN_IN = "bincang:" + PASSWORD + "@";

    private SecuredStore() {}

    /**
     * A cluster that also speaks TLS, with that user.
     *
     * @param names how nodes name each other to clients: {@code hostname}, which is localhost, or {@code ip}
     */
    public static RedisCluster cluster(Certificate certificate, String names) {
        var settings = Stream.concat(
                certificate.settings().stream(),
                Stream.of(
                        "--tls-cluster",
                        "yes",
                        "--tls-replication",
                        "yes",
                        "--cluster-announce-hostname",
                        "localhost",
                        "--cluster-preferred-endpoint-type",
                        names));
        var nodes = RedisCluster.start(settings.toArray(String[]::new));
        nodes.nodes().forEach(node -> allow(node.redis(), 0));
        return nodes;
    }

    /** Pods use TLS only, and verify the name. */
    public static Store of(RedisCluster nodes, Certificate certificate) {
        var hosts = nodes.nodes().stream()
                .map(node -> "rediss://" + SIGN_IN + "localhost:" + node.tlsPort())
                .collect(joining(","));
        return with(
                Store.of(nodes),
                Map.of(
                        "quarkus.redis.hosts",
                        hosts,
                        "quarkus.redis.tls.trust-certificate-pem.certs",
                        certificate.pem().toString()));
    }

    /** Servers and sentinels with that user. */
    public static SentinelSet sentinels() {
        var set = SentinelSet.start();
        set.servers().forEach(server -> allow(server, 0));
        set.sentinels().forEach(sentinel -> allow(sentinel, 1));
        return set;
    }

    public static Store of(SentinelSet set) {
        return with(Store.of(set), Map.of("quarkus.redis.hosts", set.hosts().replace("//", "//" + SIGN_IN)));
    }

    private static void allow(RedisProcess redis, int documented) {
        redis.command(documented(documented));
        redis.command("ACL", "LOG", "RESET");
    }

    /** The command that makes the user: the first of the document is for servers, the second for sentinels. */
    private static Object[] documented(int number) {
        try {
            return Files.readString(Path.of("docs", "security.md"))
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.startsWith("ACL SETUSER bincang "))
                    .skip(number)
                    .findFirst()
                    .orElseThrow()
                    .replace("PASSWORD", PASSWORD)
                    .split("\\s+", -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Store with(Store store, Map<String, String> more) {
        var settings = new HashMap<>(store.settings());
        settings.putAll(more);
        return new Store() {
            @Override
            public Map<String, String> settings() {
                return settings;
            }

            @Override
            public RedisProcess of(String key) {
                return store.of(key);
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }
}
