package dev.bincang.cluster;

import dev.bincang.BincangConfig;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Script;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The pods that share this Redis: each holds a lease, which says how many connections it has. */
@Singleton
public class Pods {

    /** How often a lease is to be renewed; it lasts three times as long. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final Duration LEASE = HEARTBEAT.multipliedBy(3);

    private static final String ENDING = "-";

    /**
     * What is known of all pods together.
     *
     * @param pods those with a lease that are not ending, this one too
     * @param connections of all of them, as each last said
     * @param ending pods that are sending their clients to the others
     */
    public record Census(int pods, long connections, int ending) {

        public double mean() {
            return pods == 0 ? 0 : (double) connections / pods;
        }
    }

    private final Script script;
    private final String self;

    Pods(CommandLink link, BincangConfig config) {
        script = new Script(link, Script.source(Pods.class, "pods.lua"));
        self = config.pod() + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** This pod: its name, and a random part per start. */
    public String self() {
        return self;
    }

    /** Says that this pod is there; fails where Redis is away. */
    public Uni<Census> renew(int connections) {
        return say(LEASE, Integer.toString(connections));
    }

    /** It will not be for long: as {@link #renew}. */
    public Uni<Census> ending() {
        return say(LEASE, ENDING);
    }

    /** It is not any more. Fails where Redis is away; then the lease ends by itself. */
    public Uni<Census> leave() {
        return say(Duration.ZERO, ENDING);
    }

    private Uni<Census> say(Duration lease, String connections) {
        return script.run(List.of(Keys.PODS), self, lease.toMillis(), connections)
                .map(reply -> new Census((int) reply.at(0).number(), reply.at(1).number(), (int)
                        reply.at(2).number()));
    }
}
