package dev.bincang.ops;

import dev.bincang.redis.Links;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Singleton;

/** The metrics of Redis' state, as {@code bincang_redis_*}. */
@Startup
@Singleton
class RedisMetrics {

    private final MeterRegistry registry;
    private final Links links;

    RedisMetrics(MeterRegistry registry, Links links) {
        this.registry = registry;
        this.links = links;
    }

    @PostConstruct
    void register() {
        Links.reasonsToRefuse()
                .forEach((label, why) -> Gauge.builder(
                                "bincang_redis_refuses_writes",
                                links,
                                of -> of.refuses().equals(why) ? 1 : 0)
                        .description("1 while Redis answers but refuses to write for this reason")
                        .tag("reason", label)
                        .register(registry));
        FunctionCounter.builder("bincang_redis_tries", links, Links::tries)
                .description("attempts to open a link to Redis; rises for as long as they fail")
                .register(registry);
    }
}
