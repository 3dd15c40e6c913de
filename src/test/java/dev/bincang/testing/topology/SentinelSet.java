package dev.bincang.testing.topology;

import static dev.bincang.testing.Waits.await;
import static java.util.stream.Collectors.joining;

import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.process.Resp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Redis with replicas, and three sentinels that watch them: real processes. They hold no data on disk, only their roles.
 *
 * <pre>{@code
 * try (var set = SentinelSet.start()) {     // a master and a replica
 *     set.failover();                       // a planned one
 *     set.kill(set.master());               // an unplanned one
 *     set.awaitOtherMaster(set.servers().getFirst());
 * }
 * }</pre>
 */
public final class SentinelSet implements AutoCloseable {

    /** The value of {@code quarkus.redis.master-name}. */
    public static final String NAME = "main";

    private static final int SENTINELS = 3;
    private static final List<String> QUICK = List.of(
            "down-after-milliseconds " + NAME + " 1000",
            "failover-timeout " + NAME + " 2000",
            "parallel-syncs " + NAME + " 5");

    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();
    private final List<RedisProcess> stopped = new ArrayList<>();

    private SentinelSet() {}

    /** Starts a master, a replica and three sentinels. */
    public static SentinelSet start() {
        return start(1);
    }

    /**
     * Starts them and waits until the sentinels know each other and all servers.
     *
     * @param replicas their number
     * @param settings of master and replicas
     */
    public static SentinelSet start(int replicas, String... settings) {
        var set = new SentinelSet();
        set.servers.add(RedisProcess.startWithFile(List.of(), settings));
        var master = set.servers.getFirst().port();
        var follow = List.of("replicaof 127.0.0.1 " + master);
        IntStream.range(0, replicas).forEach(_ -> set.servers.add(RedisProcess.startWithFile(follow, settings)));
        IntStream.range(0, SENTINELS).forEach(_ -> set.sentinels.add(sentinel(master)));
        set.awaitAgreement();
        return set;
    }

    private static RedisProcess sentinel(int master) {
        var watch = "monitor " + NAME + " 127.0.0.1 " + master + " " + (SENTINELS / 2 + 1);
        var lines = Stream.concat(Stream.of(watch), QUICK.stream())
                .map(line -> "sentinel " + line)
                .toList();
        var sentinel = RedisProcess.startWithFile(lines, "--sentinel");
        hurry(sentinel);
        return sentinel;
    }

    /** Sentinels ask and tell each other more often. They find each other sooner, and correct a wrong role sooner. */
    private static void hurry(RedisProcess sentinel) {
        sentinel.command("SENTINEL", "DEBUG", "info-period", 200, "publish-period", 200, "ping-period", 200);
    }

    /** The value of {@code quarkus.redis.hosts}: the sentinels. */
    public String hosts() {
        return sentinels.stream()
                .map(sentinel -> "redis://127.0.0.1:" + sentinel.port())
                .collect(joining(","));
    }

    /** The servers: first the one that was the master at the start. */
    public List<RedisProcess> servers() {
        return servers;
    }

    public List<RedisProcess> sentinels() {
        return sentinels;
    }

    /** The server that most sentinels call the master. */
    public RedisProcess master() {
        return servers.stream()
                .filter(server -> votes(server) > SENTINELS / 2)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the sentinels do not agree"));
    }

    /** The running servers that are not the master. */
    public List<RedisProcess> replicas() {
        var master = master();
        return running(servers).filter(server -> server != master).toList();
    }

    private long votes(RedisProcess server) {
        return running(sentinels)
                .filter(sentinel -> masterBy(sentinel) == server.port())
                .count();
    }

    private static int masterBy(RedisProcess sentinel) {
        var address = Resp.list(sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME));
        return Integer.parseInt(address.getLast().toString());
    }

    private Stream<RedisProcess> running(List<RedisProcess> some) {
        return some.stream().filter(one -> !stopped.contains(one));
    }

    // ---- changing it

    /** A planned failover. Waits until it is over and all replicas follow the new master. */
    public void failover() {
        var old = master();
        await().alias("a failover that the sentinels accept")
                .ignoreException(Resp.RedisError.class) // the last failover was just before, or no replica is fit yet
                .pollDelay(Duration.ZERO)
                .until(() -> "OK".equals(sentinels.getFirst().command("SENTINEL", "FAILOVER", NAME)));
        awaitOtherMaster(old);
        awaitAgreement();
    }

    /** Waits until another server is the master and says so. */
    public void awaitOtherMaster(RedisProcess than) {
        await().alias("another master")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> running(servers)
                        .filter(server -> server != than)
                        .anyMatch(server -> votes(server) > SENTINELS / 2 && hasRole(server, "master")));
    }

    /** Kills a server or a sentinel with signal 9. */
    public void kill(RedisProcess one) {
        stopped.add(one);
        one.kill();
    }

    /** Starts a killed server or sentinel again. It has its last role and no data. */
    public void restart(RedisProcess one) {
        one.start();
        if (sentinels.contains(one)) {
            hurry(one);
        }
        stopped.remove(one);
    }

    public void freeze(RedisProcess one) {
        stopped.add(one);
        one.freeze();
    }

    public void thaw(RedisProcess one) {
        one.thaw();
        stopped.remove(one);
    }

    /**
     * From now on every server refuses writes while it is the master of fewer replicas. Redis notices after up to three
     * seconds that a replica is away, and after one that it is back.
     */
    public void requireReplicas(int count) {
        running(servers).forEach(server -> {
            server.command("CONFIG", "SET", "min-replicas-to-write", count);
            server.command("CONFIG", "SET", "min-replicas-max-lag", 2);
        });
    }

    /** Waits until all running servers and sentinels agree on the master, and all replicas are in sync with it. */
    public void awaitAgreement() {
        await().alias("sentinels that agree")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(this::disagreement, String::isEmpty);
    }

    /** What servers and sentinels do not agree on; empty if they agree. */
    private String disagreement() {
        var all = running(sentinels).count();
        var master = running(servers)
                .filter(server -> votes(server) == all)
                .findFirst()
                .orElse(null);
        if (master == null) {
            return "the sentinels have no common master";
        }
        for (var server : running(servers).toList()) {
            if (!isInSync(server, master)) {
                return "the role of " + server.port() + " is " + server.command("ROLE");
            }
        }
        for (var sentinel : running(sentinels).toList()) {
            if (!knowsAll(sentinel)) {
                return sentinel.command("SENTINEL", "MASTER", NAME) + " "
                        + sentinel.command("SENTINEL", "REPLICAS", NAME);
            }
        }
        return "";
    }

    private static boolean isInSync(RedisProcess server, RedisProcess master) {
        var role = Resp.list(server.command("ROLE"));
        return server == master
                ? role.getFirst().equals("master")
                : role.getFirst().equals("slave")
                        && role.get(2).equals((long) master.port())
                        && role.get(3).equals("connected");
    }

    private static boolean hasRole(RedisProcess server, String role) {
        return Resp.list(server.command("ROLE")).getFirst().equals(role);
    }

    /** Whether a sentinel knows all the others and the replicas, and none that runs seems to be down. */
    private boolean knowsAll(RedisProcess sentinel) {
        var master = words(sentinel.command("SENTINEL", "MASTER", NAME));
        return fieldOf(master, "num-slaves").equals(Integer.toString(servers.size() - 1))
                && fieldOf(master, "num-other-sentinels").equals(Integer.toString(SENTINELS - 1))
                && fieldOf(master, "flags").equals("master")
                && Resp.list(sentinel.command("SENTINEL", "REPLICAS", NAME)).stream()
                        .map(SentinelSet::words)
                        .filter(replica -> running(servers)
                                .anyMatch(server -> fieldOf(replica, "port").equals(Integer.toString(server.port()))))
                        .allMatch(replica -> fieldOf(replica, "flags").equals("slave"));
    }

    private static List<String> words(Object reply) {
        return Resp.list(reply).stream().map(Object::toString).toList();
    }

    private static String fieldOf(List<String> fields, String name) {
        return fields.get(fields.indexOf(name) + 1);
    }

    @Override
    public void close() {
        Stream.concat(sentinels.stream(), servers.stream()).forEach(RedisProcess::close);
    }
}
