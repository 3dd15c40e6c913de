package dev.bincang.redis.setup;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.testing.Promptness;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EmbeddedRedisTest {

    /** A separate JVM that starts a Redis, prints its address, and runs until it is killed or its input ends. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            var hosts = new EmbeddedRedis(config(true), new BundledRedis()).getHosts();
            var again = new EmbeddedRedis(config(true), new BundledRedis()).getHosts();
            System.out.println(hosts.equals(again) ? hosts.iterator().next() : "not the same: " + hosts + again);
            var _ = System.in.read();
        }
    }

    @Test
    void redisEndsWhenTheJvmIsKilled() throws IOException {
        assertEndsAfter(Process::destroyForcibly); // SIGKILL: no shutdown hook runs
    }

    @Test
    void redisEndsWhenTheJvmIsTerminated() throws IOException {
        assertEndsAfter(Process::destroy);
    }

    @Test
    void redisEndsWithTheJvm() throws IOException {
        assertEndsAfter(child -> {
            try {
                child.outputWriter().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void assertEndsAfter(Consumer<Process> end) throws IOException {
        var child = start();
        var port = 0;
        try (var out = child.inputReader()) {
            port = port(out);
            assertTrue(answers(port, "PING"));

            end.accept(child);

            var at = port;
            Promptness.awaitWithin(Duration.ofSeconds(10), () -> !answers(at, "PING"));
        } finally {
            child.destroyForcibly();
            answers(port, "SHUTDOWN NOSAVE"); // stops a Redis that should have ended
        }
    }

    @Test
    void ifItMustNotStartItTellsWhatToSet() {
        var failure = assertThrows(
                ConfigurationException.class, () -> new EmbeddedRedis(config(false), (BundledRedis) null).getHosts());

        assertTrue(failure.getMessage().contains("quarkus.redis.hosts"), failure.getMessage());
        assertTrue(failure.getMessage().contains("QUARKUS_REDIS_HOSTS"), failure.getMessage());
    }

    /** Reads the address that the child prints, perhaps after some log lines. */
    private static int port(BufferedReader out) throws IOException {
        var said = new StringBuilder();
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("redis://")) {
                return URI.create(line).getPort();
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("no Redis was started: " + said);
    }

    private static Process start() throws IOException {
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        var process = new ProcessBuilder(java, "-Xmx64m", "-XX:TieredStopAtLevel=1", Child.class.getName());
        process.environment().put("CLASSPATH", classPath);
        return process.redirectErrorStream(true).start();
    }

    private static BincangConfig config(boolean embedded) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(BincangConfig.class)
                .withDefaultValue("bincang.redis.embedded", Boolean.toString(embedded))
                .build()
                .getConfigMapping(BincangConfig.class);
    }

    private static boolean answers(int port, String command) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException e) {
            return false;
        }
    }
}
