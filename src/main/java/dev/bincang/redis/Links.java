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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Creates the two links and their watchdog, and reports their state. */
@Singleton
public class Links {

    private final CommandLink commands;
    private final PubSubLink pubsub;
    private final Watchdog watchdog;
    private final Connector connector;
    private final RedisConfig config;

    Links(
            Vertx vertx,
            Redis redis,
            Keys keys,
            BincangConfig config,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<String> hosts) {
        this.config = config.redis();
        var pulse = keys.pulse(
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
        commands = new CommandLink(this.config.maxInFlight());
        pubsub = new PubSubLink(vertx.getOrCreateContext(), pulse);
        connector = new Connector(
                vertx, redis, this.config.timeout(), hosts.orElse("").startsWith("rediss:"));
        watchdog = new Watchdog(
                vertx,
                connector,
                commands,
                pubsub,
                send -> Look.at(send, keys, pulse),
                this.config.pulse(),
                this.config.timeout());
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

    /** Starts the watchdog late, so that every listener is registered before the first message. */
    void start(@Observes @Priority(5000) StartupEvent event) {
        pubsub.execute(watchdog::start);
    }

    void stop(@Observes @Priority(5000) ShutdownEvent event) {
        pubsub.execute(watchdog::stop);
    }

    /** Whether both links are up: events that are sent are stored, and stored events are heard. */
    public boolean up() {
        return commands.isUp() && pubsub.isFresh();
    }

    /** Why a link is not up, in one sentence. Empty while both are up. */
    public String trouble() {
        if (up()) {
            return "";
        }
        var trouble = watchdog.state().trouble();
        return trouble.isEmpty() ? "being opened" : trouble;
    }

    /** Whether Redis' remaining memory is reserved for moderation. If so, no permanent data may be added. */
    public boolean nearlyFull() {
        var look = watchdog.state().look();
        return look != null && look.used() > 100 - config.reservePercent();
    }

    /** Whether a full Redis refuses writes instead of evicting keys. True before the first look. */
    public boolean keepsAll() {
        var look = watchdog.state().look();
        return look == null || look.keepsAll();
    }

    /** Redis' maxmemory-policy as last seen. Empty before the first look. */
    public String policy() {
        var look = watchdog.state().look();
        return look == null ? "" : look.policy();
    }

    /** The number of attempts to open a link. It rises for as long as they fail. */
    public long tries() {
        return connector.tries();
    }

    /**
     * The reasons why Redis may refuse to write: the label for metrics, and the sentence that {@link #refuses} returns.
     */
    public static Map<String, String> reasonsToRefuse() {
        return Look.WRITES.stream().collect(Collectors.toMap(Look.Refused::label, Look.Refused::why));
    }

    /** Why Redis refuses to write, in one sentence. Empty while it writes, and while there is no link. */
    public String refuses() {
        var look = watchdog.state().look();
        return look == null || !up() ? "" : look.refuses();
    }
}
