package dev.bincang.testing.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real proxy before the pods, as an ingress, a company or a mobile network has one. */
public final class ProxyProcess implements AutoCloseable {

    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin");

    private final int port;
    private final Process process;
    private final Path log;

    private ProxyProcess(int port, Process process, Path log) {
        this.port = port;
        this.process = process;
        this.log = log;
        await().atMost(Duration.ofSeconds(10)).until(this::listens);
    }

    /** Where a program is; empty if it is not installed. */
    public static Optional<String> find(String program) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
                        FOLDERS.stream())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /**
     * nginx.
     *
     * @param location what is special about it
     * @param hole whereto {@code $where} leads who wants to upgrade
     */
    public static ProxyProcess nginx(List<Integer> pods, String location, String hole) {
        return start(
                "nginx",
                "nginx.conf",
                List.of("-p", "@FOLDER@/", "-c", "nginx.conf"),
                Map.of(
                        "PODS", servers(pods, "server 127.0.0.1:%d;", " "),
                        "LOCATION", location,
                        "HOLE", hole));
    }

    /**
     * HAProxy.
     *
     * @param bind what is special about its port
     * @param patience how long it lets a connection be silent
     */
    public static ProxyProcess haproxy(List<Integer> pods, String bind, Duration patience) {
        return start(
                "haproxy",
                "haproxy.cfg",
                List.of("-f", "haproxy.cfg"),
                Map.of(
                        "PODS",
                        servers(pods, "  server pod%1$d 127.0.0.1:%1$d", "\n"),
                        "BIND",
                        bind,
                        "PATIENCE",
                        patience.toMillis() + "ms"));
    }

    /** squid, as a forward proxy. */
    public static ProxyProcess squid() {
        return start("squid", "squid.conf", List.of("-N", "-f", "squid.conf"), Map.of());
    }

    private static String servers(List<Integer> pods, String format, String separator) {
        return String.join(separator, pods.stream().map(format::formatted).toList());
    }

    private static ProxyProcess start(
            String program, String config, List<String> arguments, Map<String, String> words) {
        var folder = Processes.directory(program);
        var port = Processes.freePort();
        try (var template = ProxyProcess.class.getResourceAsStream("/proxies/" + config)) {
            if (template == null) {
                throw new IllegalStateException("no " + config);
            }
            var text = new String(template.readAllBytes(), UTF_8)
                    .replace("@PORT@", Integer.toString(port))
                    .replace("@FOLDER@", folder.toString());
            for (var word : words.entrySet()) {
                text = text.replace("@" + word.getKey() + "@", word.getValue());
            }
            Files.writeString(folder.resolve(config), text);
            folder.toFile().setWritable(true, false); // some become another user
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var command = Stream.concat(
                        Stream.of(find(program).orElseThrow()),
                        arguments.stream()
                                .map(one -> one.replace("@FOLDER@", folder.toString()))
                                .map(one -> one.equals(config)
                                        ? folder.resolve(config).toString()
                                        : one))
                .toList();
        var log = folder.resolve("log");
        return new ProxyProcess(port, Processes.start(log, command), log);
    }

    public int port() {
        return port;
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("has ended: " + Files.readString(log));
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        Processes.kill(process);
    }
}
