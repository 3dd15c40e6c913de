package dev.bincang.redis.node;

import dev.bincang.redis.link.Durability;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a node is checked, and who is told. Everything runs on the nodes' loop.
 *
 * @param cluster whether the server must be a node of a cluster
 * @param anchor what the next look is made with; null while the node has no slot
 * @param anchorMoved called if the anchor's slot is no longer, or not wholly, at the node
 * @param troubled called whenever a link breaks or cannot be opened
 * @param interval the time between two looks
 * @param timeout how long the server may stay silent
 * @param maxInFlight commands that may wait for an answer
 * @param durability who must have a write before it is answered
 */
public record NodeRules(
        boolean cluster,
        Supplier<@Nullable Anchor> anchor,
        Runnable anchorMoved,
        Runnable troubled,
        Duration interval,
        Duration timeout,
        int maxInFlight,
        Durability durability) {

    Command publish() {
        return cluster ? Command.SPUBLISH : Command.PUBLISH;
    }
}
