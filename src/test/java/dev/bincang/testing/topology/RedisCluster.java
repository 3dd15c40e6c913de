package dev.bincang.testing.topology;

import static dev.bincang.testing.Waits.await;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Redis Cluster of real processes. They hold nothing on disk.
 *
 * <pre>{@code
 * try (var cluster = RedisCluster.start()) {                        // three masters, each with a replica
 *     var master = cluster.masterOf("key");
 *     cluster.move(cluster.slotOf("key"), cluster.otherMaster(master)); // a slot with its keys
 *     cluster.replicasOf(master).getFirst().promote(Promotion.PLANNED);
 *     cluster.awaitAgreement();
 * }
 * }</pre>
 *
 * <p>Behind proxies, every node has one for its port and one for its bus port, and announces these:
 *
 * <pre>
 *   client ──▶ link ──▶ node 1 ──▶ bus ──▶ node 2
 * </pre>
 */
public final class RedisCluster implements AutoCloseable {

    public static final int SLOTS = 16_384;

    private static final List<String> SETTINGS = List.of(
            "--cluster-node-timeout", "2000",
            "--cluster-replica-validity-factor", "0",
            "--cluster-allow-replica-migration", "no", // otherwise a master that has given all its slots away is none
            "--repl-ping-replica-period", "1");

    /** Nodes that can agree have agreed by then, unless the machine is very busy. */
    private static final Duration GOSSIP = Duration.ofSeconds(4);

    private final List<ClusterNode> nodes = new CopyOnWriteArrayList<>();
    private final boolean behindProxies;
    private final List<String> settings;
    private int started;

    private RedisCluster(boolean behindProxies, String... settings) {
        this.behindProxies = behindProxies;
        this.settings = Stream.concat(SETTINGS.stream(), Stream.of(settings)).toList();
    }

    /** Starts three masters with a replica each. */
    public static RedisCluster start(String... settings) {
        return start(3, 1, settings);
    }

    /**
     * Starts a cluster and waits until it serves.
     *
     * @param replicas of each master
     * @param settings of every node, which override ours
     */
    public static RedisCluster start(int masters, int replicas, String... settings) {
        return new RedisCluster(false, settings).form(masters, replicas);
    }

    /** As {@link #start}, with a {@link ClusterNode#link proxy} before each node, so that a test can {@link #isolate} some. */
    public static RedisCluster startBehindProxies(int masters, int replicas, String... settings) {
        return new RedisCluster(true, settings).form(masters, replicas);
    }

    private RedisCluster form(int masters, int replicas) {
        IntStream.range(0, masters * (1 + replicas)).forEach(_ -> add());
        for (int i = 0; i < masters; i++) {
            nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            var first = SLOTS * i / masters;
            nodes.get(i).command("CLUSTER", "ADDSLOTSRANGE", first, SLOTS * (i + 1) / masters - 1);
        }
        for (int i = 0; i < nodes.size(); i++) {
            nodes.subList(i + 1, nodes.size()).forEach(nodes.get(i)::meet);
        }
        for (int i = masters; i < nodes.size(); i++) {
            replicate(nodes.get(i), nodes.get(i % masters));
        }
        awaitAgreement();
        return this;
    }

    private ClusterNode add() {
        var node = new ClusterNode(behindProxies ? started++ : -1, settings);
        nodes.add(node);
        return node;
    }

    private static void replicate(ClusterNode replica, ClusterNode master) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() -> {
            var known = replica.view().member(master.id());
            return known != null && !known.flags().contains("handshake");
        });
        replica.command("CLUSTER", "REPLICATE", master.id());
    }

    /** All nodes of the cluster, also dead ones that were not {@linkplain #forget forgotten}. */
    public List<ClusterNode> nodes() {
        return nodes;
    }

    /** The value of {@code quarkus.redis.hosts}. */
    public String hosts() {
        return nodes.stream().map(node -> "redis://127.0.0.1:" + node.port()).collect(joining(","));
    }

    /** The running nodes that call themselves masters. */
    public List<ClusterNode> masters() {
        return running().filter(ClusterNode::isMaster).toList();
    }

    /** The running replicas of a master, also of a dead one. */
    public List<ClusterNode> replicasOf(ClusterNode master) {
        return running()
                .filter(node -> node.view().self().master().equals(master.id()))
                .toList();
    }

    public int slotOf(String key) {
        var any = running().findFirst().orElseThrow();
        return ((Long) any.command("CLUSTER", "KEYSLOT", key)).intValue();
    }

    public ClusterNode masterOf(String key) {
        return masterOf(slotOf(key));
    }

    /** The running node that owns a slot. If two nodes say so, the one with the newer right. */
    public ClusterNode masterOf(int slot) {
        record Claim(ClusterNode node, ClusterView.Member self) {}
        return running()
                .map(node -> new Claim(node, node.view().self()))
                .filter(claim -> claim.self.isMaster() && claim.self.slots().get(slot))
                .max(Comparator.comparingLong(claim -> claim.self.epoch()))
                .orElseThrow(() -> new IllegalStateException("nobody owns slot " + slot))
                .node;
    }

    /** Some master other than this one. */
    public ClusterNode otherMaster(ClusterNode than) {
        return masters().stream().filter(node -> node != than).findFirst().orElseThrow();
    }

    private Stream<ClusterNode> running() {
        return nodes.stream().filter(ClusterNode::isRunning);
    }

    // ---- waiting

    /**
     * Waits until every slot has a running master, all running nodes agree on the roles and slots of each other, report
     * {@code cluster_state:ok}, and all replicas are in sync.
     */
    public void awaitAgreement() {
        await().alias("a cluster that agrees")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(this::disagreement, String::isEmpty);
    }

    private String disagreement() {
        return Agreement.disagreement(running().toList());
    }

    /**
     * Waits until a node is the master of a key, and another master says so too. A replica may call itself the master for a
     * moment and be wrong, if it counts votes that are a few seconds old.
     */
    public void awaitMaster(String key, ClusterNode node) {
        var slot = slotOf(key);
        await().alias(node + " as the master of slot " + slot)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .ignoreException(IllegalStateException.class) // nobody owns the slot just now
                .until(() -> masterOf(slot) == node
                        && masters().stream()
                                .filter(other -> other != node)
                                .anyMatch(other ->
                                        other.view().member(node.id()).slots().get(slot)));
    }

    // ---- changing it

    /** Begins to move a slot. The caller decides which keys move when, and {@link SlotMove#finish finishes}. */
    public SlotMove beginMove(int slot, ClusterNode to) {
        return new SlotMove(this, List.of(slot), masterOf(slot), to);
    }

    /** Moves a slot with its keys, while the cluster serves. Waits until all nodes agree. */
    public void move(int slot, ClusterNode to) {
        finish(beginMove(slot, to));
    }

    /**
     * Tells the masters again until all nodes agree. On a busy machine we have seen a new owner that gave a slot back
     * although the old owner did not claim it any more.
     */
    private void finish(SlotMove move) {
        move.finish();
        await().alias("a cluster that agrees on a move")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ZERO)
                .until(
                        () -> {
                            var end = System.nanoTime() + GOSSIP.toNanos();
                            while (!disagreement().isEmpty() && System.nanoTime() < end) {
                                Thread.sleep(20);
                            }
                            if (!disagreement().isEmpty()) {
                                move.tellMasters();
                            }
                            return disagreement();
                        },
                        String::isEmpty);
    }

    /**
     * Moves all slots of a master with their keys, in two halves. If an empty master took all at once, Redis would take that
     * for a failover, and the old master would become its replica. The emptied master stays a master.
     */
    public void moveAll(ClusterNode from, ClusterNode to) {
        var slots = from.view().self().slots().stream().boxed().toList();
        var half = slots.size() / 2;
        for (var part : List.of(slots.subList(0, half), slots.subList(half, slots.size()))) {
            finish(new SlotMove(this, part, from, to));
        }
    }

    /** Adds a master without slots. */
    public ClusterNode addMaster() {
        var known = running().toList();
        var node = add();
        known.forEach(node::meet);
        awaitAgreement();
        return node;
    }

    /** Adds a replica. */
    public ClusterNode addReplica(ClusterNode master) {
        var node = addMaster();
        replicate(node, master);
        awaitAgreement();
        return node;
    }

    /** Removes a node, which must be dead, a replica, or a master that has neither slots nor replicas. Its process ends. */
    public void forget(ClusterNode node) {
        nodes.remove(node);
        node.close();
        running().forEach(other -> other.command("CLUSTER", "FORGET", node.id()));
    }

    /**
     * Cuts the connections between some nodes and all others. Clients reach both sides. Ended by {@link #heal}. Needs
     * {@link #startBehindProxies}.
     */
    public void isolate(List<ClusterNode> some) {
        var others = new ArrayList<>(nodes);
        others.removeAll(some);
        ignore(some, others);
        ignore(others, some);
    }

    private static void ignore(List<ClusterNode> nodes, List<ClusterNode> sources) {
        var addresses = sources.stream().map(ClusterNode::source).collect(toSet());
        nodes.forEach(node -> node.ignore(addresses));
    }

    /** Connects the isolated nodes with the others again. */
    public void heal() {
        ignore(nodes, List.of());
    }

    @Override
    public void close() {
        nodes.forEach(ClusterNode::close);
    }
}
