package dev.bincang.testing.topology;

import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * How one node sees its cluster.
 *
 * @param members all nodes that it knows, itself included
 */
record ClusterView(List<Member> members) {

    /**
     * A line of {@code CLUSTER NODES}.
     *
     * @param master the id of its master; {@code -} for a master
     * @param line as Redis wrote it
     */
    record Member(String id, Set<String> flags, String master, long epoch, BitSet slots, String line) {
        boolean isMaster() {
            return flags.contains("master");
        }

        /** Whether the two lines agree about a node's role and slots. */
        boolean agreesWith(Member other) {
            return isMaster() == other.isMaster() && master.equals(other.master) && slots.equals(other.slots);
        }

        @Override
        public String toString() {
            return line; // a set of slots would fill pages
        }
    }

    static ClusterView parse(String lines) {
        return new ClusterView(lines.lines().map(ClusterView::parseLine).toList());
    }

    private static Member parseLine(String line) {
        var words = List.of(line.split(" ", -1));
        var slots = new BitSet();
        for (var range : words.subList(8, words.size())) {
            if (!range.startsWith("[")) { // otherwise a slot that moves
                var ends = range.split("-", -1);
                slots.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return new Member(
                words.get(0),
                Set.of(words.get(2).split(",", -1)),
                words.get(3),
                Long.parseLong(words.get(6)),
                slots,
                line);
    }

    Member self() {
        return members.stream()
                .filter(member -> member.flags.contains("myself"))
                .findFirst()
                .orElseThrow();
    }

    Member member(String id) {
        return members.stream()
                .filter(member -> member.id.equals(id))
                .findFirst()
                .orElse(null);
    }
}
