package dev.bincang.testing.process;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The packaged application as a process of its own, with guests allowed. */
public final class Pod implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(3);

    private final String name;
    private final int port = Processes.freePort();
    private final int management = Processes.freePort();
    private final Path log;
    private final List<String> command;
    private final Map<String, String> environment;
    private Process process;

    private Pod(String name, int redis, Map<String, String> settings, Map<String, String> environment) {
        this.name = name;
        this.environment = environment;
        log = Processes.directory(name).resolve("log");
        var all = new TreeMap<>(Map.of(
                "quarkus.http.host",
                "127.0.0.1",
                "quarkus.http.port",
                Integer.toString(port),
                "quarkus.management.host",
                "127.0.0.1",
                "quarkus.management.port",
                Integer.toString(management),
                "quarkus.redis.hosts",
                "redis://127.0.0.1:" + redis,
                "bincang.pod",
                name,
                "bincang.auth.guests",
                "true",
                "bincang.rooms.open",
                "true"));
        // Tests are faster than people, and compare the whole log with what clients received.
        all.put("bincang.limits.guests-per-minute", "100000");
        all.put("bincang.limits.bytes-per-minute", "1G");
        all.put("bincang.log.max-size", "1G");
        all.putAll(settings);
        // These start fastest. No test here depends on the compiler or the garbage collector.
        var flags = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        all.forEach((key, value) -> flags.add(key.startsWith("-X") ? key + value : "-D" + key + "=" + value));
        command = Packaged.command(flags);
    }

    /**
     * Starts a pod. The caller calls {@link #awaitReady}, so that several pods can start at once. A setting like {@code -Xmx} is
     * one of the JVM.
     */
    public static Pod start(String name, int redis, Map<String, String> settings) {
        return start(name, redis, settings, Map.of());
    }

    /** Starts a pod with settings in the environment too. Other settings take precedence over them. */
    public static Pod start(String name, int redis, Map<String, String> settings, Map<String, String> environment) {
        var pod = new Pod(name, redis, settings, environment);
        pod.start();
        return pod;
    }

    /** Starts a killed pod again, on its old ports. */
    public void start() {
        process = Processes.start(log, command, environment);
    }

    public void awaitReady() {
        await().alias(name + " is ready")
                .atMost(START)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ready() || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " has ended:\n" + log());
        }
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    public boolean ready() {
        return status("/q/health/ready") == 200;
    }

    public boolean live() {
        return status("/q/health/live") == 200;
    }

    public boolean running() {
        return process.isAlive();
    }

    /** The status of an answer on the management port; 0 if there is no answer. */
    public int status(String path) {
        try {
            var connection = connect(path);
            connection.setReadTimeout(Waits.LONG_MS);
            return connection.getResponseCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The body of the readiness check, ready or not. */
    public String health() {
        try {
            var connection = connect("/q/health/ready");
            var ready = connection.getResponseCode() == 200;
            try (var in = ready ? connection.getInputStream() : connection.getErrorStream()) {
                return new String(in.readAllBytes(), UTF_8);
            }
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The exit code. */
    public int exit() {
        return process.exitValue();
    }

    private HttpURLConnection connect(String path) throws IOException {
        return (HttpURLConnection) URI.create(managementUrl(path)).toURL().openConnection();
    }

    /** Of a path on its management port. */
    public String managementUrl(String path) {
        return "http://127.0.0.1:" + management + path;
    }

    /** A counter or gauge, summed over its labels; 0 if it does not exist. */
    public double metric(String metric) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** All metrics, as Prometheus reads them. */
    public String metrics() {
        try (var in = connect("/q/metrics").getInputStream()) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The resident memory in bytes, by Linux. */
    public long rss() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            var line = lines.filter(one -> one.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
    }

    /** The names of its threads, as Linux keeps them: the first 15 characters. */
    public List<String> threads() throws IOException {
        try (var threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return threads.map(thread -> read(thread.resolve("comm")).strip()).toList();
        }
    }

    public void kill() {
        Processes.kill(process);
    }

    public void freeze() {
        Processes.signal(process, "STOP");
    }

    public void thaw() {
        Processes.signal(process, "CONT");
    }

    /** Sends SIGTERM, as Kubernetes does. */
    public void terminate() {
        process.destroy();
    }

    /** The log. */
    public String log() {
        return read(log);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Asserts that it lives and has logged no error and no stack trace. */
    public void assertSound() {
        assertTrue(live(), this::log);
        assertFalse(log().contains("ERROR"), this::log);
        assertFalse(log().contains("\tat "), this::log);
    }

    @Override
    public void close() {
        Processes.kill(process);
    }
}
