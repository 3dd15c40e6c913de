package dev.bincang.redis.topology;

import dev.bincang.redis.link.Connector;
import dev.bincang.redis.link.PubSubLink;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.node.Anchor;
import dev.bincang.redis.node.Node;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One Redis has everything. Its address is fixed, or sentinels tell it. */
public final class OneNode implements Topology {

    private static final String NAME = "Redis";

    private final Node node;
    private final Connector connector;
    private final @Nullable Sentinels sentinels;

    /** A Redis with a fixed address. */
    public static OneNode fixed(
            Vertx vertx,
            Executor loop,
            Clients clients,
            Redis redis,
            PubSubLink.Heard heard,
            Times times,
            Anchor anchor) {
        var where = Future.succeededFuture(redis);
        return new OneNode(vertx, loop, clients.connector(() -> where), null, heard, times, anchor);
    }

    /** The master of sentinels. */
    public static OneNode behindSentinels(
            Vertx vertx, Executor loop, Clients clients, PubSubLink.Heard heard, Times times, Anchor anchor) {
        var sentinels = new Sentinels(vertx, loop, clients, times.interval());
        return new OneNode(vertx, loop, clients.connector(sentinels::master), sentinels, heard, times, anchor);
    }

    private OneNode(
            Vertx vertx,
            Executor loop,
            Connector connector,
            @Nullable Sentinels sentinels,
            PubSubLink.Heard heard,
            Times times,
            Anchor anchor) {
        this.connector = connector;
        this.sentinels = sentinels;
        node = new Node(vertx, loop, connector, NAME, heard, times.rules(false, () -> anchor, () -> {}, () -> {}));
    }

    @Override
    public void start() {
        if (sentinels != null) {
            sentinels.start(() -> node.reconnect("the sentinels name another master"));
        }
        node.start();
    }

    @Override
    public void stop() {
        if (sentinels != null) {
            sentinels.stop();
        }
        node.stop();
    }

    @Override
    public Uni<Reply> send(String key, Request request, boolean write) {
        return node.send(request, write, null);
    }

    @Override
    public Node nodeOf(String channel) {
        return node;
    }

    @Override
    public void refresh() {} // the node finds its server by itself

    @Override
    public List<Node> nodes() {
        return List.of(node);
    }

    @Override
    public boolean isCluster() {
        return false;
    }

    @Override
    public String trouble() {
        return "";
    }

    @Override
    public long tries() {
        return connector.tries();
    }
}
