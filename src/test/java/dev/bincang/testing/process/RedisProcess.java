package dev.bincang.testing.process;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A real redis-server on a port of the loopback, with the settings that Bincang asks for. */
public final class RedisProcess implements AutoCloseable {

    private final Path directory = Processes.directory("redis");
    private final int port = Processes.freePort();
    private final int tlsPort = Processes.freePort();
    private final List<String> settings;
    private Process process;
    private Resp admin;

    private RedisProcess(List<String> settings) {
        this.settings = settings;
    }

    /** It keeps every write on disk before it is acknowledged, so that a kill -9 loses nothing that was. */
    public static RedisProcess startDurable(String... settings) {
        return start(Stream.concat(Stream.of("--appendonly", "yes", "--appendfsync", "always"), Stream.of(settings))
                .toList());
    }

    /** It speaks TLS on {@link #tlsPort} too. */
    public static RedisProcess startTls(Certificate certificate) {
        var redis = new RedisProcess(new ArrayList<>());
        redis.settings.addAll(List.of("--tls-port", Integer.toString(redis.tlsPort)));
        redis.settings.addAll(List.of("--tls-cert-file", certificate.pem().toString()));
        redis.settings.addAll(List.of("--tls-key-file", certificate.key().toString()));
        redis.settings.addAll(List.of("--tls-ca-cert-file", certificate.pem().toString()));
        redis.settings.addAll(List.of("--tls-auth-clients", "no"));
        redis.start();
        return redis;
    }

    /** It forgets all when it ends. */
    public static RedisProcess start(String... settings) {
        return start(List.of(settings));
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

    /** Starts it again where it was, with the data that are still in its folder. */
    public void start() {
        var command = new ArrayList<>(List.of(binary(), "--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--dir", directory.toString(), "--save", "", "--maxmemory-policy", "noeviction"));
        command.addAll(List.of("--stream-node-max-bytes", "1024", "--repl-diskless-sync-delay", "0"));
        command.addAll(settings);
        process = Processes.start(directory.resolve("log"), command);
        await().alias("Redis on port " + port)
                .atMost(Duration.ofSeconds(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(this::answers);
    }

    private boolean answers() {
        try {
            admin = new Resp(port);
            return "PONG".equals(admin.command("PING"));
        } catch (IOException | UncheckedIOException | Resp.RedisError e) {
            return false; // not listening, or still loading its file
        }
    }

    public void kill() {
        Processes.kill(process);
    }

    /** Removes what a killed one has left on disk. */
    public void forget() {
        data(directory).forEach(file -> file.toFile().delete());
    }

    /** Its files on disk as they are now, kept aside. */
    public Path copyOfData() {
        var copy = Processes.directory("redis-copy");
        copy(directory, copy);
        return copy;
    }

    /** Gives a killed one the files it once had. */
    public void replaceData(Path older) {
        forget();
        copy(older, directory);
    }

    private static List<Path> data(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("log"))
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

    /** On the one connection for such asking, around every proxy. */
    public synchronized Object command(Object... words) {
        return admin.command(words);
    }

    /** Several in one step, which nothing can come between; the replies in their order. */
    public synchronized List<?> together(List<Object[]> commands) {
        command("MULTI");
        commands.forEach(this::command);
        return Resp.list(command("EXEC"));
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
        try {
            return onPath.isPresent()
                    ? onPath.get().getPath()
                    : ExecutableProvider.newJarResourceProvider().get().getPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
