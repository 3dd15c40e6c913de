package dev.bincang.testing.topology;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/** Compares how the nodes of a cluster see each other. */
final class Agreement {

    private Agreement() {}

    /** What these running nodes do not agree on; empty if they agree, serve all slots and are in sync. */
    static String disagreement(List<ClusterNode> running) {
        var covered = new BitSet();
        for (var node : running) {
            var self = node.view().self();
            covered.or(self.slots());
            if (!node.isOk() || !node.isInSync()) {
                return node + " is not ok, or not in sync";
            }
            for (var other : running) {
                var seen = other.view().member(self.id());
                if (seen == null || isUnsure(seen) || !seen.agreesWith(self)) {
                    return other + " sees " + node + " as " + seen + ", which sees itself as " + self;
                }
            }
        }
        var slots = covered.cardinality();
        return slots == RedisCluster.SLOTS ? "" : "running masters have only " + slots + " slots";
    }

    private static boolean isUnsure(ClusterView.Member member) {
        return Stream.of("handshake", "noaddr", "fail", "fail?").anyMatch(member.flags()::contains);
    }
}
