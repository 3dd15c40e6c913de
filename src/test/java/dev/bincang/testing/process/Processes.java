package dev.bincang.testing.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts and signals processes of our own, each by its id. None outlives this JVM, unless that is killed itself.
 *
 * <p>Each leads a session and so a process group of its own, where the machine has {@code setsid}. It is killed with the
 * whole group: a program that is killed child by child starts new children meanwhile, and these would stay for ever.
 */
public final class Processes {

    private static final Path DIRECTORY = Path.of("target", "processes");
    private static final Duration END = Duration.ofSeconds(10);
    private static final Optional<String> SETSID = ProxyProcess.find("setsid");

    private Processes() {}

    /** A fresh folder under target. */
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

    /** With these beside our own environment. */
    static Process start(Path log, List<String> command, Map<String, String> environment) {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return start(builder);
    }

    /** As the builder says, in a group of its own. */
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

    /** Kills its whole group, and fails when something of it is left. */
    public static void kill(Process process) {
        killGroup(process);
        await().alias("the end of all processes of the group " + process.pid())
                .atMost(END)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !process.isAlive() && group(process.pid()).isEmpty());
    }

    private static void killGroup(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // all there is to do where there is no setsid
        process.destroyForcibly();
        if (SETSID.isPresent() && !group(process.pid()).isEmpty()) {
            try {
                new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid())
                        .redirectError(ProcessBuilder.Redirect.DISCARD) // the last has just ended
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Those of a group that run, by their ids; empty where the system does not tell. */
    static List<Long> group(long leader) {
        try (var processes = ProcessHandle.allProcesses()) {
            return processes
                    .map(ProcessHandle::pid)
                    .filter(pid -> isIn(leader, pid))
                    .toList();
        }
    }

    /** By its line in /proc: its id, its name in brackets, its state, its parent, its group. */
    private static boolean isIn(long leader, long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return !fields[0].equals("Z") && fields[2].equals(Long.toString(leader));
        } catch (IOException _) {
            return false; // has ended, or there is no /proc
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

    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
