package dev.bincang.redis.topology;

import dev.bincang.redis.link.Durability;
import dev.bincang.redis.node.Anchor;
import dev.bincang.redis.node.NodeRules;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings that hold for every node.
 *
 * @param interval the time between two looks
 * @param timeout how long a server may stay silent
 * @param maxInFlight commands that may wait for a server's answer
 * @param durability who must have a write before it is answered
 */
public record Times(Duration interval, Duration timeout, int maxInFlight, Durability durability) {

    NodeRules rules(boolean cluster, Supplier<@Nullable Anchor> anchor, Runnable anchorMoved, Runnable troubled) {
        return new NodeRules(cluster, anchor, anchorMoved, troubled, interval, timeout, maxInFlight, durability);
    }
}
