package dev.bincang.testing.process;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts the processes of the tests and sends signals to them, each by its id. No process outlives this JVM, unless the
 * JVM itself is killed.
 *
 * <p>Each process leads its own session and process group, if the machine has {@code setsid}. The whole group is killed
 * at once. If children were killed one by one, a program could start new ones meanwhile, and these would stay for ever.
 */
public final class Processes {

    private static final Path DIRECTORY = Path.of("target", "processes");
    private static final Duration END = Duration.ofMinutes(1);
    private static final Optional<String> SETSID = ProxyProcess.find("setsid");
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 22_000;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private Processes() {}

    /** A new folder in target. */
    public static Path directory(String name) {
        try {
            Files.createDirectories(DIRECTORY);
            return Files.createTempDirectory(DIRECTORY, name + "-").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Process start(Path log, List<String> command) {
        return start(log, command, Map.of());
    }

    /** Starts a process with these environment variables besides our own. */
    static Process start(Path log, List<String> command, Map<String, String> environment) {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return start(builder);
    }

    /** Starts a process in its own group. */
    public static Process start(ProcessBuilder builder) {
        var command = new ArrayList<>(builder.command());
        SETSID.ifPresent(command::addFirst);
        builder.command(command);
        try {
            var process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> killGroup(process)));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the whole group. Fails if a process of the group is left. */
    public static void kill(Process process) {
        killGroup(process);
        await().alias("the end of all processes of the group " + process.pid())
                .atMost(END)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !process.isAlive() && group(process.pid()).isEmpty());
    }

    private static void killGroup(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // the only way without setsid
        process.destroyForcibly();
        if (SETSID.isPresent() && !group(process.pid()).isEmpty()) {
            try {
                new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid())
                        .redirectError(ProcessBuilder.Redirect.DISCARD) // a process may have just ended
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The ids of the running processes of a group; empty if the system does not tell. */
    static List<Long> group(long leader) {
        try (var processes = ProcessHandle.allProcesses()) {
            return processes
                    .map(ProcessHandle::pid)
                    .filter(pid -> isIn(leader, pid))
                    .toList();
        }
    }

    /** Parses the line in /proc: id, name in brackets, state, parent, group. */
    private static boolean isIn(long leader, long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return !fields[0].equals("Z") && fields[2].equals(Long.toString(leader));
        } catch (IOException _) {
            return false; // the process has ended, or there is no /proc
        }
    }

    static void signal(Process process, String signal) {
        try {
            var exit = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " " + process.pid() + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A port that nothing listens on. It is below the range from which systems choose ports for outgoing connections. So no
     * connection takes it before its process listens on it.
     */
    public static int freePort() {
        while (true) {
            var port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            if (isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
