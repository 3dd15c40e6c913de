package dev.bincang.testing.process;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real proxy in front of the pods, like those of an ingress, a company or a mobile network. */
public final class ProxyProcess implements AutoCloseable {

    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin");

    private final int port;
    private final Process process;
    private final Path log;

    private ProxyProcess(int port, Process process, Path log) {
        this.port = port;
        this.process = process;
        this.log = log;
        await().until(this::listens);
    }

    /** The path of a program; empty if it is not installed. */
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
     * @param location extra lines of the location
     * @param hole the server to which {@code $where} sends requests that want to upgrade
     */
    public static ProxyProcess nginx(List<Integer> pods, String location, String hole) {
        return start(
                "nginx",
                "nginx.conf",
                List.of("-p", "@FOLDER@/", "-c", "@CONFIG@"),
                Map.of(
                        "PODS", servers(pods, "server 127.0.0.1:%d;", " "),
                        "LOCATION", location,
                        "HOLE", hole));
    }

    /**
     * HAProxy.
     *
     * @param bind extra words for its port
     * @param patience how long a connection may be silent
     */
    public static ProxyProcess haproxy(List<Integer> pods, String bind, Duration patience) {
        return start(
                "haproxy",
                "haproxy.cfg",
                List.of("-f", "@CONFIG@"),
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
        return start("squid", "squid.conf", List.of("-N", "-f", "@CONFIG@"), Map.of());
    }

    /**
     * A proxy whose configuration {@code docs/transports.md} shows. It runs with exactly that configuration, for two
     * pods.
     */
    public enum Shown {
        NGINX("nginx", "listen 80", "listen 127.0.0.1:@PORT@", "-p @FOLDER@/ -c @CONFIG@"),
        HAPROXY("haproxy", "bind :80", "bind 127.0.0.1:@PORT@", "-f @CONFIG@"),
        CADDYFILE("caddy", ":80 {", ":@PORT@ {", "run --adapter caddyfile --config @CONFIG@"),
        APACHE("apache2", "*:80", "127.0.0.1:@PORT@", "-D FOREGROUND -f @CONFIG@");

        private final String program;
        private final String listen;
        private final String here;
        private final String arguments;

        Shown(String program, String listen, String here, String arguments) {
            this.program = program;
            this.listen = listen;
            this.here = here;
            this.arguments = arguments;
        }

        public String program() {
            return program;
        }

        /** Its language in the document. */
        public String language() {
            return name().toLowerCase(Locale.ROOT);
        }

        public ProxyProcess start(int firstPod, int secondPod) throws IOException {
            var document = Files.readString(Path.of("docs", "transports.md"));
            var begin =
                    document.indexOf("\n```" + language() + "\n") + language().length() + 5;
            var shown = document.substring(begin, document.indexOf("\n```", begin));
            return ProxyProcess.start(
                    program,
                    "shown." + language(),
                    List.of(arguments.split(" ", -1)),
                    Map.of(
                            "SHOWN",
                            exchange(
                                    exchange(
                                            exchange(shown, "10.0.0.1:8080", "127.0.0.1:" + firstPod),
                                            "10.0.0.2:8080",
                                            "127.0.0.1:" + secondPod),
                                    listen,
                                    here)));
        }

        private static String exchange(String text, String from, String to) {
            if (!text.contains(from)) {
                throw new IllegalStateException("no " + from + " in " + text);
            }
            return text.replace(from, to);
        }
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
            var text = new String(template.readAllBytes(), UTF_8);
            for (var word : words.entrySet()) {
                text = text.replace("@" + word.getKey() + "@", word.getValue());
            }
            Files.writeString(
                    folder.resolve(config),
                    text.replace("@PORT@", Integer.toString(port)).replace("@FOLDER@", folder.toString()));
            folder.toFile().setWritable(true, false); // some programs become another user
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var command = Stream.concat(
                        Stream.of(find(program).orElseThrow()),
                        arguments.stream()
                                .map(one -> one.replace("@FOLDER@", folder.toString()))
                                .map(one -> one.replace(
                                        "@CONFIG@", folder.resolve(config).toString())))
                .toList();
        var log = folder.resolve("log");
        var home = Map.of("XDG_CONFIG_HOME", folder.toString()); // where Caddy keeps its last configuration
        return new ProxyProcess(port, Processes.start(log, command, home), log);
    }

    public int port() {
        return port;
    }

    /** The ids of its running processes. */
    List<Long> processes() {
        return Processes.group(process.pid());
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
        Processes.kill(process);
    }
}
