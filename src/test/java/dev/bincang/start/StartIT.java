package dev.bincang.start;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.process.Packaged;
import dev.bincang.testing.process.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** If something prevents a start, one line of the log tells it, without a stack trace. */
@Execution(ExecutionMode.CONCURRENT)
class StartIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** The output until the process ends by itself, with an error code. */
    private static List<String> said(List<String> command) throws IOException {
        var log = Processes.directory("start").resolve("log");
        var process = Processes.start(
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
        try {
            await().atMost(LONG).until(() -> !process.isAlive());
            assertNotEquals(0, process.exitValue());
        } finally {
            Processes.kill(process);
        }
        var lines = Files.readAllLines(log);
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("\tat ")), () -> String.join("\n", lines));
        return lines;
    }

    private static List<String> errors(int http, int management) throws IOException {
        return said(Packaged.command(List.of(
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + http,
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=" + management,
                        "-Dquarkus.redis.hosts=redis://127.0.0.1:1",
                        "-Dquarkus.vertx.max-event-loop-execute-time=10m", // otherwise a slow machine adds warnings
                        "-Dbincang.auth.guests=true")))
                .stream()
                .filter(line -> line.contains(" ERROR "))
                .toList();
    }

    @Test
    void aPortInUseIsReportedInOneLine() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var errors = errors(taken.getLocalPort(), Processes.freePort());
            assertEquals(1, errors.size(), errors::toString);
            assertTrue(errors.getFirst().contains("port " + taken.getLocalPort() + " "), errors::toString);
            assertTrue(errors.getFirst().contains("quarkus.http.port"), errors::toString);
        }
    }

    @Test
    void aManagementPortInUseIsReportedInOneLine() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var errors = errors(Processes.freePort(), taken.getLocalPort());
            assertEquals(1, errors.size(), errors::toString);
            assertTrue(errors.getFirst().contains(":" + taken.getLocalPort()), errors::toString);
            assertTrue(errors.getFirst().contains("quarkus.management.port"), errors::toString);
        }
    }

    @Test
    void onAnOlderJavaTheRequiredVersionIsPrinted() throws IOException {
        assumeFalse(Packaged.isNative(), "needs no Java");
        var old = old();
        assumeTrue(old.isPresent(), "NOT TESTED: no Java 17 or 21 is installed");
        var command = new ArrayList<>(Packaged.command(List.of()));
        command.set(0, old.get());
        var said = said(command);
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().startsWith("Bincang needs Java 25 or newer. This is Java "), said::toString);
    }

    private static Optional<String> old() throws IOException {
        var folder = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(one -> one.getFileName().toString().matches(".*\\b(17|21)\\b.*"))
                    .map(one -> one.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .map(Path::toString)
                    .sorted()
                    .findFirst();
        }
    }
}
