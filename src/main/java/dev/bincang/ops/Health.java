package dev.bincang.ops;

import dev.bincang.redis.Links;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while Redis takes and tells everything. From what the watchdog knows: a probe never waits for Redis. */
@Readiness
@Singleton
class Health implements HealthCheck {

    private final Links links;

    Health(Links links) {
        this.links = links;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("redis")
                .status(links.up() && links.keepsAll())
                .withData("links", links.up() ? "up" : "down")
                .withData("maxmemory-policy", links.keepsAll() ? "noeviction" : "must be noeviction")
                .build();
    }
}
