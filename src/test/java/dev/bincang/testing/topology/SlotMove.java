package dev.bincang.testing.topology;

import dev.bincang.testing.process.Resp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Slots that move from one master to another while the cluster serves. They move in steps, and a test may stop after each:
 *
 * <pre>
 *   begun ──moveKeys──▶ some keys have moved ──finish──▶ the new master owns the slots, and all masters know it
 *                                            ──takeBack──▶ as before
 * </pre>
 *
 * In the middle, the old master answers ASK for a key that it does not have, and TRYAGAIN if it has only some of a
 * command's keys.
 */
public final class SlotMove {

    private static final int STEP = 10;
    private static final int TIMEOUT_MS = 10_000;

    private final RedisCluster cluster;
    private final List<Integer> slots;
    private final ClusterNode from;
    private final ClusterNode to;

    SlotMove(RedisCluster cluster, List<Integer> slots, ClusterNode from, ClusterNode to) {
        this.cluster = cluster;
        this.slots = slots;
        this.from = from;
        this.to = to;
        set(to, "IMPORTING", from.id());
        set(from, "MIGRATING", to.id());
    }

    /** Sets all slots at once, because a node writes a file after each command or transaction. */
    private void set(ClusterNode node, String... state) {
        node.transaction(slots.stream()
                .map(slot -> Stream.concat(Stream.of("CLUSTER", "SETSLOT", slot), Stream.of(state))
                        .toArray())
                .toList());
    }

    /** The keys of each slot that a node holds. */
    private List<List<String>> keysIn(ClusterNode node, int mostOfEach) {
        var replies = node.transaction(slots.stream()
                .map(slot -> new Object[] {"CLUSTER", "GETKEYSINSLOT", slot, mostOfEach})
                .toList());
        return replies.stream()
                .map(keys -> Resp.list(keys).stream().map(Object::toString).toList())
                .toList();
    }

    public ClusterNode from() {
        return from;
    }

    public ClusterNode to() {
        return to;
    }

    /** All keys that the old master still has. */
    public List<String> keysLeft() {
        return keysIn(from, Integer.MAX_VALUE).stream().flatMap(List::stream).toList();
    }

    /** Moves these keys of one slot, which the old master has. */
    public void moveKeys(Collection<String> keys) {
        migrate(from, to, keys);
    }

    /** Moves some keys, at most as many of each slot. Returns how many it has moved. */
    public int moveKeys(int most) {
        var keys = keysIn(from, most);
        keys.forEach(this::moveKeys);
        return keys.stream().mapToInt(List::size).sum();
    }

    private static void migrate(ClusterNode source, ClusterNode target, Collection<String> keys) {
        if (!keys.isEmpty()) {
            var command = new ArrayList<Object>(List.of("MIGRATE", "127.0.0.1", target.ownPort(), "", 0, TIMEOUT_MS));
            command.add("KEYS");
            command.addAll(keys);
            source.command(command.toArray());
        }
    }

    /** Moves the keys that are left, and tells all masters who owns the slots, first the new owner. */
    public void finish() {
        while (moveKeys(STEP) > 0) {
            // the next ones
        }
        tellMasters();
    }

    /** Tells all masters who owns the slots, first the new owner. May be repeated. */
    void tellMasters() {
        set(to, "NODE", to.id());
        set(from, "NODE", to.id());
        cluster.masters().stream()
                .filter(node -> node != from && node != to)
                .forEach(node -> set(node, "NODE", to.id()));
    }

    /** Moves the keys back, and ends the move. */
    public void takeBack() {
        set(from, "STABLE");
        keysIn(to, Integer.MAX_VALUE).forEach(keys -> migrate(to, from, keys));
        set(to, "STABLE");
    }
}
