package dev.bincang.testing.topology;

import static dev.bincang.testing.Waits.await;

import dev.bincang.testing.process.FaultProxy;
import dev.bincang.testing.process.Processes;
import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.process.Resp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A node of a {@link RedisCluster}.
 *
 * <pre>
 *   running ──freeze──▶ frozen ──thaw──▶ running
 *   running, frozen ──kill──▶ dead ──restart──▶ running
 * </pre>
 */
public final class ClusterNode {

    /** How a replica is made the master. */
    public enum Promotion {
        /** The master and the replica agree, and no write is lost. */
        PLANNED,
        /** The replica does not ask its master, which may be down. The other masters vote. */
        FORCE,
        /** The replica asks nobody. */
        TAKEOVER
    }

    private enum State {
        RUNNING,
        FROZEN,
        DEAD
    }

    /** A planned failover that Redis has not finished by then is void. */
    private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(6);

    private final RedisProcess redis;
    private final FaultProxy link;
    private final FaultProxy bus;
    private final InetAddress source;
    private final int tlsPort;
    private final String id;
    private volatile State state = State.RUNNING;

    /**
     * Starts a node that knows no other.
     *
     * @param number the number of the node if clients and other nodes reach it through proxies; else -1
     */
    ClusterNode(int number, List<String> settings) {
        var busPort = Processes.freePort();
        var all = new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-port", Integer.toString(busPort)));
        all.addAll(settings);
        tlsPort = settings.contains("--tls-cluster") ? Processes.freePort() : 0;
        if (tlsPort != 0) {
            all.addAll(List.of("--tls-port", Integer.toString(tlsPort)));
        }
        if (number < 0) {
            link = null;
            bus = null;
            source = null;
        } else {
            link = new FaultProxy(0);
            bus = new FaultProxy(busPort);
            source = address("127.0.1." + (number + 1));
            all.addAll(List.of("--bind-source-addr", source.getHostAddress(), "--cluster-announce-ip", "127.0.0.1"));
            all.addAll(List.of("--cluster-announce-port", Integer.toString(link.port())));
            all.addAll(List.of("--cluster-announce-bus-port", Integer.toString(bus.port())));
        }
        redis = RedisProcess.start(all.toArray(String[]::new));
        if (link != null) {
            link.target(redis.port());
        }
        id = command("CLUSTER", "MYID").toString();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String id() {
        return id;
    }

    /** The port that clients use, and that redirections name. */
    public int port() {
        return link == null ? redis.port() : link.port();
    }

    /** The port for TLS; 0 without the setting {@code tls-cluster}. */
    public int tlsPort() {
        return tlsPort;
    }

    /** The port of Redis itself, behind the proxy, that other nodes migrate keys to. */
    int ownPort() {
        return tlsPort == 0 ? redis.port() : tlsPort;
    }

    /** The port at which other nodes reach this one. */
    private int busPort() {
        return bus == null
                ? Integer.parseInt(Resp.list(command("CONFIG", "GET", "cluster-port"))
                        .getLast()
                        .toString())
                : bus.port();
    }

    /** The process. */
    public RedisProcess redis() {
        return redis;
    }

    /** The proxy before the port that clients and replicas use. */
    public FaultProxy link() {
        if (link == null) {
            throw new IllegalStateException("the cluster was started without proxies");
        }
        return link;
    }

    /** Runs a command on this node, on a connection that passes no proxy. It follows no redirection. */
    public Object command(Object... words) {
        return redis.command(words);
    }

    /** Sends all commands at once on that connection, and returns the replies in order. Fails at the first error. */
    public List<Object> commands(List<Object[]> commands) {
        return redis.commands(commands);
    }

    /** Runs commands in one transaction; returns the replies in order. */
    List<?> transaction(List<Object[]> commands) {
        return redis.transaction(commands);
    }

    /** A new connection to this node, which passes no proxy. */
    public Resp connect() {
        return redis.connect();
    }

    /** Kills it with signal 9. Its data are gone. */
    public void kill() {
        state = State.DEAD;
        redis.kill();
    }

    /**
     * Starts a killed node again, empty and with its old id. If it was a master and no replica has taken over yet, it is
     * an empty master, and its replicas delete their data too. Redis behaves like that without persistence.
     */
    public void restart() {
        redis.start();
        state = State.RUNNING;
    }

    /** Stops its process, which keeps its connections. */
    public void freeze() {
        state = State.FROZEN;
        redis.freeze();
    }

    public void thaw() {
        redis.thaw();
        state = State.RUNNING;
    }

    public boolean isRunning() {
        return state == State.RUNNING;
    }

    public boolean isMaster() {
        return view().self().isMaster();
    }

    /** Makes this replica the master, and waits until it is. Other nodes may not know it yet. */
    public void promote(Promotion how) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ZERO).until(() -> {
            if (how == Promotion.PLANNED) {
                command("CLUSTER", "FAILOVER");
            } else {
                command("CLUSTER", "FAILOVER", how);
            }
            for (long end = System.nanoTime() + FAILOVER_LIMIT.toNanos(); System.nanoTime() < end; ) {
                if (isMaster()) {
                    return true;
                }
                Thread.sleep(10);
            }
            return false;
        });
    }

    /** Removes all scripts from this node, as a restart does. */
    public void flushScripts() {
        command("SCRIPT", "FLUSH");
    }

    void meet(ClusterNode other) {
        command("CLUSTER", "MEET", "127.0.0.1", other.tlsPort == 0 ? other.port() : other.tlsPort, other.busPort());
    }

    ClusterView view() {
        return ClusterView.parse(command("CLUSTER", "NODES").toString());
    }

    boolean isOk() {
        return command("CLUSTER", "INFO").toString().contains("cluster_state:ok");
    }

    /** Whether this replica has the data of its master; true for a master. */
    boolean isInSync() {
        var info = command("INFO", "replication").toString();
        return info.contains("role:master")
                || (info.contains("master_link_status:up") && info.contains("master_sync_in_progress:0"));
    }

    InetAddress source() {
        link(); // fails if there is none
        return source;
    }

    /** From now on nothing passes from nodes that connect from these addresses. */
    void ignore(Set<InetAddress> sources) {
        link().freezeFrom(sources);
        bus.freezeFrom(sources);
    }

    List<Long> processes() {
        return redis.processes();
    }

    void close() {
        state = State.DEAD;
        redis.close();
        if (link != null) {
            link.close();
            bus.close();
        }
    }

    @Override
    public String toString() {
        return "node " + port() + " (" + state + ")";
    }
}
