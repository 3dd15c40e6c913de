package dev.bincang.redis.topology;

import dev.bincang.redis.link.Reply;
import dev.bincang.redis.node.Node;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows the nodes, and which of them has a key or a channel. */
public interface Topology {

    /** Begins to look for the nodes. Called on the nodes' loop, as {@link #stop}. */
    void start();

    void stop();

    /**
     * Sends a command to the node that has the key. Callable from any thread. Fails as {@link
     * dev.bincang.redis.link.CommandLink#send}.
     *
     * @param write whether it is a write that must be durable, if durability is on
     */
    Uni<Reply> send(String key, Request request, boolean write);

    /** The node that has a channel; null while that is not known. */
    @Nullable
    Node nodeOf(String channel);

    /** Looks again soon for the node of each slot. */
    void refresh();

    /** All nodes. Callable from any thread. */
    List<Node> nodes();

    /** Whether keys are spread over several nodes, so that a command may only have keys of one slot. */
    boolean isCluster();

    /** Why no node can be used, in one sentence; empty if they can. Callable from any thread. */
    String trouble();

    /** The number of attempts to open a link. Callable from any thread. */
    long tries();
}
