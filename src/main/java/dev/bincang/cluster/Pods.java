package dev.bincang.cluster;

import dev.bincang.BincangConfig;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The pods that share this Redis. Each holds a lease that tells how many connections it has. */
@Singleton
public class Pods {

    /** How often a pod renews its lease. A lease lasts three times as long. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final Duration LEASE = HEARTBEAT.multipliedBy(3);

    private static final String ENDING = "-";

    /**
     * What one pod knows about all pods.
     *
     * @param pods pods with a lease that are not ending, this pod included
     * @param connections the connections of these pods together, from their last leases
     * @param ending pods that are moving their clients to other pods
     */
    public record Census(int pods, long connections, int ending) {

        public double mean() {
            return pods == 0 ? 0 : (double) connections / pods;
        }
    }

    private final Script script;
    private final String self;
    private final String key;

    Pods(RedisCommands link, Keys keys, BincangConfig config) {
        key = keys.pods();
        script = new Script(link, Script.source(Pods.class, "pods.lua"));
        self = config.pod() + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** This pod's name, with a random part that is new at each start. */
    public String self() {
        return self;
    }

    /** Renews this pod's lease. Fails with {@code unavailable} when Redis is away. */
    public Uni<Census> renew(int connections) {
        return say(LEASE, Integer.toString(connections));
    }

    /** Renews the lease of a pod that is ending; fails as {@link #renew}. */
    public Uni<Census> ending() {
        return say(LEASE, ENDING);
    }

    /** Gives the lease up. Fails with {@code unavailable} when Redis is away; then the lease expires. */
    public Uni<Census> leave() {
        return say(Duration.ZERO, ENDING);
    }

    private Uni<Census> say(Duration lease, String connections) {
        return script.run(List.of(key), self, lease.toMillis(), connections, LEASE.toMillis())
                .map(reply -> new Census((int) reply.at(0).number(), reply.at(1).number(), (int)
                        reply.at(2).number()));
    }
}
