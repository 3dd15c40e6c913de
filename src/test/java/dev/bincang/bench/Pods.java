package dev.bincang.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bincang.testing.process.Packaged;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Redis and some pods, each a process on a free port of 127.0.0.1. They end when this is closed. */
public final class Pods implements AutoCloseable {
    private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

    private final List<Child> children = new ArrayList<>();
    private final List<Child> pods = new ArrayList<>();
    private final int redisPort = Child.freePort();
    private final int[] ports;

    /** {@code more}: system properties of the pods, in the form {@code -Dname=value}. */
    public Pods(Setting setting, int count, String... more) throws Exception {
        ports = new int[count];
        try {
            children.add(
                    Child.start("redis", setting.directory(), redis(setting)).awaitPort(redisPort));
            for (int i = 0; i < count; i++) {
                ports[i] = Child.freePort();
                int management = Child.freePort();
                Child pod = Child.start("pod-" + i, setting.directory(), pod(setting, ports[i], management, more));
                children.add(pod);
                pods.add(pod);
                pod.await(Duration.ofSeconds(60), () -> isReady(management));
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private List<String> redis(Setting setting) {
        return List.of(
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(redisPort),
                "--dir",
                setting.directory().toAbsolutePath().toString(),
                "--save",
                "",
                "--appendonly",
                "no",
                "--stream-node-max-bytes",
                "1024",
                "--maxmemory-policy",
                "noeviction");
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
                "-Dquarkus.redis.hosts=redis://127.0.0.1:" + redisPort,
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

    public int[] ports() {
        return ports;
    }

    public long[] pids() {
        return pods.stream().mapToLong(Child::pid).toArray();
    }

    public long redisPid() {
        return children.getFirst().pid();
    }

    /** kill -9. */
    void kill(int pod) {
        pods.get(pod).close();
        children.remove(pods.get(pod));
    }

    /** Sends SIGTERM to a pod and waits until it has ended. */
    void end(int pod, Duration limit) throws Exception {
        pods.get(pod).end(limit);
    }

    /** How often each command was called since the start of Redis, also inside scripts. */
    Map<String, Long> calls() throws IOException {
        Map<String, Long> calls = new HashMap<>();
        try (Socket socket = new Socket(Child.loopback(), redisPort)) {
            socket.getOutputStream().write("INFO commandstats\r\nQUIT\r\n".getBytes(US_ASCII));
            InputStream answer = socket.getInputStream();
            Matcher call = CALLS.matcher(new String(answer.readAllBytes(), US_ASCII));
            while (call.find()) {
                calls.put(call.group(1), Long.parseLong(call.group(2)));
            }
        }
        return calls;
    }

    @Override
    public void close() {
        children.reversed().forEach(Child::close);
        children.clear();
    }
}
