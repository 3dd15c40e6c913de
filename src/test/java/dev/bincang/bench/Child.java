package dev.bincang.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that we started, with its output in a file. It and the processes that it started end when it is closed, or
 * with this JVM.
 */
public final class Child implements AutoCloseable {
    /** Raises the file limit if that is allowed, then becomes the command: the pid stays the same. */
    private static final String RAISED = "ulimit -n \"$0\" 2>/dev/null || ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"";

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread hook;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.hook = Thread.ofPlatform().unstarted(this::destroy);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** {@code name}: of the file for its output, without its suffix. */
    public static Child start(String name, Path directory, List<String> command) throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve(name + ".log");
        Process process = new ProcessBuilder(withFiles(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Child(name, process, log);
    }

    static List<String> withFiles(List<String> command) {
        List<String> raised = new ArrayList<>(List.of("sh", "-c", RAISED, "65536"));
        raised.addAll(command);
        return raised;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    public static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        }
    }

    long pid() {
        return process.pid();
    }

    /** The process and all that it started so far. */
    public long[] pids() {
        return all().mapToLong(ProcessHandle::pid).toArray();
    }

    private Stream<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Waits until a process listens on the port. */
    public Child awaitPort(int port) throws Exception {
        return await(Duration.ofSeconds(20), () -> {
            try (Socket socket = new Socket(loopback(), port)) {
                return socket.isConnected();
            }
        });
    }

    /** Asks until the answer is yes. A refused connection means no. If it takes too long, the process ends. */
    public Child await(Duration limit, Callable<Boolean> question) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!yes(question)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                throw new IllegalStateException(name + " did not come up: " + tail());
            }
            Thread.sleep(5);
        }
        return this;
    }

    private static boolean yes(Callable<Boolean> question) throws Exception {
        try {
            return question.call();
        } catch (IOException e) {
            return false;
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return log + "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    /** Sends SIGTERM and waits until the process has ended. */
    void end(Duration limit) throws Exception {
        process.destroy();
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not end: " + tail());
        }
    }

    /** kill -9, because a benchmark needs no drain. */
    @Override
    public void close() {
        destroy();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    /** Collects the processes first, because nobody can find the children of one that has ended. */
    private void destroy() {
        all().toList().forEach(ProcessHandle::destroyForcibly);
    }
}
