package dev.bincang.testing;

import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.topology.RedisCluster;
import dev.bincang.testing.topology.SentinelSet;
import java.util.Map;

/** Where the pods of a {@link Cluster} keep their data, if that is more than one Redis. */
public interface Store extends AutoCloseable {

    /** What a pod must know. */
    Map<String, String> settings();

    /** The server that has a key at the moment. */
    RedisProcess of(String key);

    @Override
    void close();

    /** Sentinels and their servers. */
    static Store of(SentinelSet set) {
        return new Store() {
            @Override
            public Map<String, String> settings() {
                return Map.of(
                        "quarkus.redis.client-type",
                        "sentinel",
                        "quarkus.redis.master-name",
                        SentinelSet.NAME,
                        "quarkus.redis.hosts",
                        set.hosts());
            }

            @Override
            public RedisProcess of(String key) {
                return set.master();
            }

            @Override
            public void close() {
                set.close();
            }
        };
    }

    static Store of(RedisCluster nodes) {
        return new Store() {
            @Override
            public Map<String, String> settings() {
                return Map.of("quarkus.redis.client-type", "cluster", "quarkus.redis.hosts", nodes.hosts());
            }

            @Override
            public RedisProcess of(String key) {
                return nodes.masterOf(key).redis();
            }

            @Override
            public void close() {
                nodes.close();
            }
        };
    }
}
