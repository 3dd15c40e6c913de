package dev.bincang.redis.setup;

import dev.bincang.BincangConfig;
import io.quarkus.redis.client.RedisHostsProvider;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts a real Redis if {@code quarkus.redis.hosts} is not set, so that a run needs nothing installed. It uses {@code
 * redis-server} from PATH, otherwise {@link BundledRedis} in dev and test.
 *
 * <p>Redis ends with this JVM, however that ends. Its parent is a shell that waits for the end of its standard input, a
 * pipe whose other end only this JVM holds.
 */
@Singleton
@Identifier("embedded")
class EmbeddedRedis implements RedisHostsProvider {

    private static final Logger LOG = Logger.getLogger(EmbeddedRedis.class);
    /**
     * A system property, because it survives a live reload in dev mode, which drops our classes but not the JVM. Its
     * name does not begin with {@code bincang.}, because every such name must be a setting.
     */
    private static final String PORT = "dev.bincang.redis.embedded-port";

    private static final String UNTIL_OUR_END = "\"$@\" & redis=$!; cat > /dev/null; kill $redis; wait $redis";
    private static final Duration START = Duration.ofSeconds(10);

    private final boolean enabled;
    private final @Nullable BundledRedis bundled;

    @Inject
    EmbeddedRedis(BincangConfig config, Instance<BundledRedis> bundled) {
        this(config, bundled.isResolvable() ? bundled.get() : null);
    }

    EmbeddedRedis(BincangConfig config, @Nullable BundledRedis bundled) {
        enabled = config.redis().embedded();
        this.bundled = bundled;
    }

    @Override
    public Set<URI> getHosts() {
        if (!enabled) {
            throw refused("No Redis is configured. Set quarkus.redis.hosts (QUARKUS_REDIS_HOSTS), for "
                    + "example to redis://redis:6379; or use the profile demo (-Dquarkus.profile=demo) to try Bincang "
                    + "with a Redis that it starts by itself");
        }
        synchronized (System.getProperties()) {
            var known = Integer.getInteger(PORT);
            var port = known != null && answers(known) ? known : start();
            System.setProperty(PORT, Integer.toString(port));
            return Set.of(URI.create("redis://127.0.0.1:" + port));
        }
    }

    private int start() {
        var binary = binary();
        try {
            var port = freePort();
            var command = new ArrayList<>(
                    onWindows() ? List.of(binary) : List.of("/bin/sh", "-c", UNTIL_OUR_END, "redis", binary));
            command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
            command.addAll(List.of("--appendonly", "no", "--maxmemory-policy", "noeviction"));
            command.addAll(List.of("--stream-node-max-bytes", "1024"));
            var process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (onWindows()) { // on other systems a hook would end the shell before the shell can end Redis
                Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            }
            var deadline = System.nanoTime() + START.toNanos();
            while (!answers(port)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw refused("%s did not start on port %d".formatted(binary, port));
                }
                Thread.onSpinWait();
            }
            LOG.infof(
                    "Started a Redis (%s) on 127.0.0.1:%d. It loses all data when this process ends. To keep data, set "
                            + "quarkus.redis.hosts=redis://…",
                    binary, port);
            return port;
        } catch (IOException e) {
            throw refused("cannot start %s: %s".formatted(binary, e.getMessage()));
        }
    }

    private String binary() {
        for (var folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            var file = new File(folder, onWindows() ? "redis-server.exe" : "redis-server");
            if (file.canExecute()) {
                return file.getPath();
            }
        }
        if (bundled == null) {
            throw refused("There is no redis-server on PATH to start: install one (Debian: "
                    + "redis-server), or set quarkus.redis.hosts");
        }
        return bundled.binary();
    }

    /** Makes an exception without a cause, so that Quarkus prints the sentence and no stack trace. */
    static ConfigurationException refused(String sentence) {
        return new ConfigurationException(sentence);
    }

    private static boolean onWindows() {
        return File.separatorChar == '\\';
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException e) {
            return false;
        }
    }
}
