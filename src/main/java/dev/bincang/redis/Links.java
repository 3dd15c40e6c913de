package dev.bincang.redis;

import dev.bincang.BincangConfig;
import dev.bincang.RedisConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Makes the two links and their watchdog, and says how they are. */
@Singleton
public class Links {

    private final CommandLink commands;
    private final PubSubLink pubsub;
    private final Watchdog watchdog;
    private final RedisConfig config;

    Links(Vertx vertx, Redis redis, BincangConfig config) {
        this.config = config.redis();
        var pulse = Keys.pulse(
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
        commands = new CommandLink(this.config.maxInFlight());
        pubsub = new PubSubLink(vertx.getOrCreateContext(), pulse);
        var connector = new Connector(vertx, redis, this.config.timeout());
        watchdog = new Watchdog(vertx, connector, commands, pubsub, pulse, this.config.timeout());
    }

    @Produces
    @Singleton
    CommandLink commands() {
        return commands;
    }

    @Produces
    @Singleton
    PubSubLink pubsub() {
        return pubsub;
    }

    /** Late, so that who listens is there before the first message. */
    void start(@Observes @Priority(5000) StartupEvent event) {
        pubsub.execute(() -> watchdog.start(config.pulse()));
    }

    void stop(@Observes @Priority(5000) ShutdownEvent event) {
        pubsub.execute(watchdog::stop);
    }

    /** Both links are up: what is sent is stored, what is stored is heard. */
    public boolean up() {
        return commands.isUp() && pubsub.isFresh();
    }

    /** Whether Redis refuses to write when full rather than dropping keys; true before the first look. */
    public boolean keepsAll() {
        var policy = watchdog.policy();
        return policy == null || policy.equals("noeviction");
    }
}
