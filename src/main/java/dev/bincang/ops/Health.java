package dev.bincang.ops;

import dev.bincang.redis.Links;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while Redis answers, delivers every message and evicts nothing. It uses the watchdog's last state: a probe
 * never waits for Redis.
 *
 * <p>A Redis that refuses writes, because it is full or for another reason, does not make a pod unready. All pods have
 * the same Redis. If all were unready, nobody could read, delete messages, or learn the reason. The reason is in the
 * answer, in {@code bincang_redis_refuses_writes} and in the log.
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
