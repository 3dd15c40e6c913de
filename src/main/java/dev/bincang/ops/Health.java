package dev.bincang.ops;

import dev.bincang.redis.Links;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while Redis answers, tells everything and drops nothing. From what the watchdog knows: a probe never waits for
 * Redis.
 *
 * <p>A Redis that is full or refuses writes for another reason does not make a pod unready: every pod has the same Redis,
 * so none would be left to read from, to delete by, and to tell clients why. The reason is in the answer, in {@code
 * bincang_redis_refuses_writes} and in the log.
 */
@Readiness
@Singleton
class Health implements HealthCheck {

    private final Links links;

    Health(Links links) {
        this.links = links;
    }

    @Override
    public HealthCheckResponse call() {
        var trouble = links.trouble();
        var refuses = links.refuses();
        var writes = !trouble.isEmpty() ? "unknown" : refuses.isEmpty() ? "accepted" : "refused: " + refuses;
        return HealthCheckResponse.named("redis")
                .status(trouble.isEmpty() && links.keepsAll())
                .withData("links", trouble.isEmpty() ? "up" : "down: " + trouble)
                .withData("maxmemory-policy", links.policy() + (links.keepsAll() ? "" : ": must be noeviction"))
                .withData("writes", writes)
                .build();
    }
}
