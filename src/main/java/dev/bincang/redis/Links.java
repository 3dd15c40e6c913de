package dev.bincang.redis;

import dev.bincang.BincangConfig;
import dev.bincang.RedisConfig;
import dev.bincang.redis.link.Durability;
import dev.bincang.redis.node.Look;
import dev.bincang.redis.node.Node;
import dev.bincang.redis.setup.ClientOptions;
import dev.bincang.redis.topology.Anchors;
import dev.bincang.redis.topology.Clients;
import dev.bincang.redis.topology.ClusterNodes;
import dev.bincang.redis.topology.OneNode;
import dev.bincang.redis.topology.Times;
import dev.bincang.redis.topology.Topology;
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
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Creates the links to the Redis, or to each node of the cluster, and reports their state. */
@Singleton
public class Links {

    private final Topology topology;
    private final RedisCommands commands;
    private final RedisChannels channels;
    private final RedisConfig config;

    /** @param redis the client that Quarkus has made; its options are known now */
    Links(Vertx vertx, Redis redis, ClientOptions made, Keys keys, BincangConfig config) {
        this.config = config.redis();
        var pod = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        var options = made.options();
        var times = new Times(
                this.config.pulse(),
                this.config.timeout(),
                this.config.maxInFlight(),
                new Durability(
                        config.log().replicas(),
                        config.log().fsync(),
                        this.config.timeout().dividedBy(2)));
        var clients = new Clients(vertx, options, this.config.timeout());
        channels = new RedisChannels(vertx.getOrCreateContext());
        var heard = channels.heard();
        topology = switch (options.getType()) {
            case CLUSTER ->
                new ClusterNodes(
                        vertx,
                        channels,
                        clients,
                        heard,
                        times,
                        new Anchors(number -> keys.anchor(number, pod), keys.format()),
                        channels::place);
            case SENTINEL -> OneNode.behindSentinels(vertx, channels, clients, heard, times, keys.anchor(pod));
            default -> OneNode.fixed(vertx, channels, clients, redis, heard, times, keys.anchor(pod));
        };
        channels.over(topology);
        commands = new RedisCommands(topology);
    }

    @Produces
    @Singleton
    RedisCommands commands() {
        return commands;
    }

    @Produces
    @Singleton
    RedisChannels channels() {
        return channels;
    }

    /** Starts late, so that every listener is registered before the first message. */
    void start(@Observes @Priority(5000) StartupEvent event) {
        channels.execute(topology::start);
    }

    void stop(@Observes @Priority(5000) ShutdownEvent event) {
        channels.execute(() -> {
            channels.end();
            topology.stop();
        });
    }

    /**
     * Whether enough links are up: events that are sent are stored, and stored events are heard. In a cluster
     * {@code bincang.redis.nodes-up} says what is enough.
     */
    public boolean up() {
        return trouble().isEmpty();
    }

    /** Why too few links are up, in one sentence. Empty while enough are. */
    public String trouble() {
        var ofAll = topology.trouble();
        var nodes = topology.nodes();
        var down = nodes.stream().filter(node -> !node.isUp()).toList();
        var enough = !nodes.isEmpty() && 100 * (nodes.size() - down.size()) >= config.nodesUp() * nodes.size();
        if (enough && ofAll.isEmpty()) {
            return "";
        }
        return down.stream() // a node's own reason says more, for example that its certificate is refused
                .map(node -> node.state().trouble())
                .filter(sentence -> !sentence.isEmpty())
                .findFirst()
                .orElse(ofAll.isEmpty() ? "being opened" : ofAll);
    }

    /** The last looks at the nodes that have a link. */
    private Stream<Look> looks() {
        return topology.nodes().stream()
                .filter(node -> node.commands().isUp())
                .map(Node::state)
                .map(Node.State::look)
                .filter(Objects::nonNull);
    }

    /** Whether a Redis' remaining memory is reserved for moderation. If so, no permanent data may be added. */
    public boolean nearlyFull() {
        return looks().anyMatch(look -> look.used() > 100 - config.reservePercent());
    }

    /** Whether a full Redis refuses writes instead of evicting keys. True before the first look. */
    public boolean keepsAll() {
        return looks().allMatch(Look::keepsAll);
    }

    /** Redis' maxmemory-policy as last seen; of several, one that is wrong. Empty before the first look. */
    public String policy() {
        return looks().sorted((one, other) -> Boolean.compare(one.keepsAll(), other.keepsAll()))
                .map(Look::policy)
                .findFirst()
                .orElse("");
    }

    /** The number of attempts to open a link. It rises for as long as they fail. */
    public long tries() {
        return topology.tries();
    }

    /**
     * The reasons why Redis may refuse to write: the label for metrics, and the sentence that {@link #refuses} returns.
     */
    public static Map<String, String> reasonsToRefuse() {
        return Look.WRITES.stream().collect(Collectors.toMap(Look.Refused::label, Look.Refused::why));
    }

    /** Why a Redis refuses to write, in one sentence. Empty while all write, and while there is no link. */
    public String refuses() {
        return !up()
                ? ""
                : looks().map(Look::refuses)
                        .filter(why -> !why.isEmpty())
                        .findFirst()
                        .orElse("");
    }
}
