package dev.bincang.testing.process;

import static dev.bincang.testing.Waits.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A real redis-server on a port of the loopback address, with the settings that Bincang needs. */
public final class RedisProcess implements AutoCloseable {

    private final Path directory = Processes.directory("redis");
    private final int port = Processes.freePort();
    private final int tlsPort = Processes.freePort();
    private final Path config = directory.resolve("redis.conf");
    private final List<String> settings;
    private String binary = binary();
    private Process process;
    private Resp admin;

    private RedisProcess(List<String> settings) {
        this.settings = settings;
    }

    /** Starts a Redis that writes to disk before it acknowledges. A kill -9 loses no acknowledged write. */
    public static RedisProcess startDurable(String... settings) {
        return start(Stream.concat(Stream.of("--appendonly", "yes", "--appendfsync", "always"), Stream.of(settings))
                .toList());
    }

    /** Starts a Redis that also listens with TLS, on {@link #tlsPort}. */
    public static RedisProcess startTls(Certificate certificate) {
        var redis = new RedisProcess(new ArrayList<>());
        redis.settings.addAll(List.of("--tls-port", Integer.toString(redis.tlsPort)));
        redis.settings.addAll(certificate.settings());
        redis.start();
        return redis;
    }

    /** Starts the Redis 6.2 that is a library of ours, whatever is installed. It loses its data when it ends. */
    public static RedisProcess startOld(String... settings) {
        var redis = new RedisProcess(List.of(settings));
        redis.binary = bundled();
        redis.start();
        return redis;
    }

    /** Starts a Redis that loses its data when it ends. */
    public static RedisProcess start(String... settings) {
        return start(List.of(settings));
    }

    /**
     * Starts a Redis with a file of settings. Redis or a sentinel rewrites the file when the role changes, so a restarted
     * Redis knows its role.
     */
    public static RedisProcess startWithFile(List<String> lines, String... settings) {
        var redis = new RedisProcess(List.of(settings));
        try {
            Files.write(redis.config, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        redis.start();
        return redis;
    }

    private static RedisProcess start(List<String> settings) {
        var redis = new RedisProcess(settings);
        redis.start();
        return redis;
    }

    public int port() {
        return port;
    }

    public int tlsPort() {
        return tlsPort;
    }

    /** Starts it again on the same port, with the data that are still in its folder. */
    public void start() {
        var command = new ArrayList<>(List.of(binary));
        if (Files.exists(config)) {
            command.add(config.toString());
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--dir", directory.toString(), "--save", "", "--maxmemory-policy", "noeviction"));
        command.addAll(List.of("--stream-node-max-bytes", "1024", "--repl-diskless-sync-delay", "0"));
        command.addAll(settings);
        process = Processes.start(directory.resolve("log"), command);
        await().alias("Redis on port " + port)
                .atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(this::answers);
    }

    private boolean answers() {
        try {
            admin = new Resp(port);
            return "PONG".equals(admin.command("PING"));
        } catch (IOException | UncheckedIOException | Resp.RedisError e) {
            return false; // it does not listen yet, or still loads its file
        }
    }

    /** Kills it with signal 9. */
    public void kill() {
        Processes.kill(process);
    }

    /** Deletes the data that a killed Redis has left on disk. */
    public void deleteData() {
        data(directory).forEach(file -> file.toFile().delete());
    }

    /** Copies its files on disk. */
    public Path copyOfData() {
        var copy = Processes.directory("redis-copy");
        copy(directory, copy);
        return copy;
    }

    /** Replaces the data of a killed Redis by older files. */
    public void replaceData(Path older) {
        deleteData();
        copy(older, directory);
    }

    private static List<Path> data(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("log") && !file.endsWith("redis.conf"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            for (var file : data(from)) {
                var copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void freeze() {
        Processes.signal(process, "STOP");
    }

    public void thaw() {
        Processes.signal(process, "CONT");
    }

    /**
     * Runs a command on a connection of its own, which passes no proxy. Connects again if Redis has closed it, as a sentinel
     * demands when the role changes.
     */
    public synchronized Object command(Object... words) {
        try {
            return admin.command(words);
        } catch (UncheckedIOException e) {
            if (!process.isAlive() || e.getCause() instanceof SocketTimeoutException) {
                throw e;
            }
            admin = connect();
            return admin.command(words);
        }
    }

    /** Sends all commands at once on that connection, and returns the replies in order. Fails at the first error. */
    public synchronized List<Object> commands(List<Object[]> commands) {
        return admin.commands(commands);
    }

    /** A new connection, which passes no proxy. */
    public Resp connect() {
        try {
            return new Resp(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids of its running processes. */
    public List<Long> processes() {
        return Processes.group(process.pid());
    }

    /** Runs commands in one transaction; returns the replies in order. */
    public List<?> transaction(List<Object[]> commands) {
        var all = new ArrayList<>(commands);
        all.addFirst(new Object[] {"MULTI"});
        all.addLast(new Object[] {"EXEC"});
        return Resp.list(commands(all).getLast());
    }

    @Override
    public void close() {
        Processes.kill(process);
    }

    private static String binary() {
        var onPath = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> new File(folder, "redis-server"))
                .filter(File::canExecute)
                .findFirst();
        return onPath.map(File::getPath).orElseGet(RedisProcess::bundled);
    }

    private static String bundled() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().getPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
