package dev.bincang.redis.node;

import dev.bincang.redis.link.CommandLink;
import dev.bincang.redis.link.Connector;
import dev.bincang.redis.link.PubSubLink;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Trouble;
import dev.bincang.redis.link.WriteLink;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One Redis server that this pod uses, with its links and their watchdog. Behind sentinels it is the server that is
 * the master at the moment.
 */
public final class Node {

    /**
     * What the watchdog knows.
     *
     * @param trouble why there was no link at the last attempt; empty while both are up
     * @param look the last look, or null before the first
     */
    public record State(String trouble, @Nullable Look look) {}

    private final Report report;
    private final Connector connector;
    private final Executor loop;
    private final Supplier<@Nullable Anchor> anchor;
    private final CommandLink commands;
    private final @Nullable WriteLink writes;
    private final PubSubLink pubsub;
    private final Watchdog watchdog;

    /**
     * @param name for logs; "Redis" if there is only one
     * @param loop the nodes' event loop. Connections are opened on it.
     * @param heard hears the channels
     */
    public Node(Vertx vertx, Executor loop, Connector connector, String name, PubSubLink.Heard heard, NodeRules rules) {
        report = new Report(name);
        this.connector = connector;
        commands = new CommandLink(rules.maxInFlight());
        pubsub = new PubSubLink(loop, heard, rules.cluster());
        writes = rules.durability().isOn()
                ? new WriteLink(
                        vertx,
                        loop,
                        this::connect,
                        this::marker,
                        rules.anchorMoved(),
                        rules.durability(),
                        rules.maxInFlight())
                : null;
        this.loop = loop;
        anchor = rules.anchor();
        watchdog = new Watchdog(vertx, loop, connector, commands, pubsub, report, rules, () -> {
            if (writes != null) {
                writes.down("the link to Redis broke");
            }
        });
    }

    /** Connects to the server of the command link. */
    private Uni<RedisConnection> connect() {
        var look = report.look();
        return look == null || !commands.isUp()
                ? Uni.createFrom().failure(new Trouble("the command link is down"))
                : connector.connect().chain(opened -> look.server().isAt(connector, opened));
    }

    private @Nullable String marker() {
        var now = anchor.get();
        return now == null ? null : now.marker();
    }

    /**
     * Sends a command. Callable from any thread. Fails as {@link CommandLink#send}.
     *
     * @param write whether it is a write that must be durable, if durability is on
     * @param asking if the slot of its key is moving to this node: a key in that slot; else null
     */
    public Uni<Reply> send(Request request, boolean write, @Nullable String asking) {
        if (write && writes != null) {
            return writes.send(request, asking);
        }
        return asking == null ? commands.send(request) : commands.sendAsking(request, loop);
    }

    public String name() {
        return report.name();
    }

    /** Callable from any thread. */
    public CommandLink commands() {
        return commands;
    }

    /** Used on the nodes' loop. */
    public PubSubLink pubsub() {
        return pubsub;
    }

    /** Opens the links. Called on the nodes' loop. */
    public void start() {
        watchdog.start();
    }

    /** Closes the links for good. Called on the nodes' loop. */
    public void stop() {
        watchdog.stop();
    }

    /** Opens the links again, because another server may be the master now. Called on the nodes' loop. */
    public void reconnect(String why) {
        watchdog.breakCommands(why);
    }

    /**
     * Whether both links are up: events that are sent are stored, and stored events are heard. A node of a cluster without
     * a slot needs only one.
     */
    public boolean isUp() {
        return commands.isUp() && (pubsub.isFresh() || !watchdog.hasAnchor());
    }

    /** What the watchdog knows. Callable from any thread. */
    public State state() {
        return report.state();
    }

    /** The number of attempts to open a link. Callable from any thread. */
    public long tries() {
        return connector.tries();
    }
}
