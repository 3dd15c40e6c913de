package dev.bincang.bench;

import dev.bincang.testing.process.Packaged;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Redis and some pods, each a process on a free port of 127.0.0.1. They end when this is closed. */
public final class Pods implements Servers {
    private final List<Child> pods = new ArrayList<>();
    private final RedisServer redis;
    private final int[] ports;

    /** {@code more}: system properties of the pods, in the form {@code -Dname=value}. */
    public Pods(Setting setting, int count, String... more) throws Exception {
        ports = new int[count];
        redis = new RedisServer(setting);
        try {
            for (int i = 0; i < count; i++) {
                ports[i] = Child.freePort();
                int management = Child.freePort();
                Child pod = Child.start("pod-" + i, setting.directory(), pod(setting, ports[i], management, more));
                pods.add(pod);
                pod.await(Duration.ofSeconds(60), () -> isReady(management));
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** The command that starts a pod with our Redis. */
    List<String> pod(Setting setting, int port, int management, String... more) {
        List<String> flags = new ArrayList<>(setting.jvm());
        flags.addAll(List.of(more));
        flags.addAll(List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + management,
                "-Dquarkus.redis.hosts=redis://127.0.0.1:" + redis.port(),
                "-Dbincang.auth.guests=true",
                "-Dbincang.limits.guests-per-minute=1000000",
                "-Dbincang.limits.bytes-per-minute=1G",
                "-Dbincang.rooms.open=true"));
        return Packaged.command(flags);
    }

    static boolean isReady(int management) throws IOException {
        HttpURLConnection health = (HttpURLConnection) URI.create("http://127.0.0.1:" + management + "/q/health/ready")
                .toURL()
                .openConnection();
        health.setConnectTimeout(1_000);
        health.setReadTimeout(2_000);
        try {
            return health.getResponseCode() == 200;
        } finally {
            health.disconnect();
        }
    }

    @Override
    public int[] ports() {
        return ports;
    }

    @Override
    public long[] pids() {
        return pods.stream().mapToLong(Child::pid).toArray();
    }

    public long redisPid() {
        return redis.pid();
    }

    @Override
    public Optional<RedisServer> redis() {
        return Optional.of(redis);
    }

    /** kill -9. */
    void kill(int pod) {
        pods.get(pod).close();
    }

    /** Sends SIGTERM to a pod and waits until it has ended. */
    void end(int pod, Duration limit) throws Exception {
        pods.get(pod).end(limit);
    }

    /** How often each command was called since the start of Redis, also inside scripts. */
    Map<String, Long> calls() throws IOException {
        Map<String, Long> calls = new HashMap<>();
        redis.costs().forEach((command, cost) -> calls.put(command, cost.calls()));
        return calls;
    }

    @Override
    public void close() {
        pods.reversed().forEach(Child::close);
        pods.clear();
        redis.close();
    }
}
