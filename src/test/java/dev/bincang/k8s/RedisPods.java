package dev.bincang.k8s;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.process.Processes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.core.ConditionFactory;

/** The pods of a StatefulSet of Redis, as processes: with its commands, probes, hooks and files. */
final class RedisPods implements AutoCloseable {

    /** For a busy machine; the steps take up to half a minute. */
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Path folder = Processes.directory("redis-pods");
    private final PodShell shell = new PodShell(folder);
    private final Map<String, Process> running = new HashMap<>();
    private final Manifests manifests;

    private RedisPods(Manifests manifests) {
        this.manifests = manifests;
    }

    /** Makes the certificate with the commands of k8s/README.md, and starts all pods. */
    static RedisPods start(Manifests manifests) throws IOException {
        if (!PodShell.works()) {
            System.out.println("NOT TESTED: " + manifests + " as processes, since redis-server or unshare is missing");
        }
        assumeTrue(PodShell.works());
        var pods = new RedisPods(manifests);
        var tls = Files.createDirectories(pods.folder.resolve("tls"));
        PodShell.run(new ProcessBuilder("sh", "-ec", Readme.block("openssl req"))
                .directory(tls.toFile())
                .redirectErrorStream(true));
        pods.startAll();
        return pods;
    }

    static ConditionFactory eventually() {
        return await().atMost(LONG).pollInterval(Duration.ofMillis(500));
    }

    String name(int pod) {
        return shell.name(pod);
    }

    Path volume(int pod) {
        return shell.volume(pod);
    }

    void startAll() {
        IntStream.range(0, manifests.redis().getSpec().getReplicas()).forEach(this::start);
    }

    void start(int pod) {
        shell.configure(
                pod,
                manifests
                        .named(ConfigMap.class, RedisConf.map(manifests))
                        .orElseThrow()
                        .getData());
        shell.volume(pod).toFile().mkdirs();
        for (var container : containers()) {
            var command = Stream.concat(container.getCommand().stream(), container.getArgs().stream())
                    .toList();
            var log = folder.resolve("log-" + pod + "-" + container.getName()).toFile();
            var builder = shell.command(pod, container, command).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
            running.put(pod + container.getName(), Processes.start(builder));
        }
    }

    /** Ends all processes of a pod at once, like the loss of its node. */
    void kill(int pod) {
        containers().stream()
                .map(container -> running.remove(pod + container.getName()))
                .forEach(Processes::kill);
    }

    void killAll() {
        running.values().forEach(Processes::kill);
        running.clear();
    }

    /** Gives the pods other addresses; while none runs. */
    void move() {
        shell.move();
    }

    void deleteVolume(int pod) {
        try (var files = Files.walk(volume(pod))) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the hook that Kubernetes runs before the pod ends. */
    void preStop(int pod) {
        run(pod, server().getLifecycle().getPreStop().getExec().getCommand());
    }

    boolean ready(int pod) {
        try {
            run(pod, server().getReadinessProbe().getExec().getCommand());
            return true;
        } catch (IllegalStateException _) {
            return false;
        }
    }

    /** Runs a command of {@code valkey-cli} in the pod, as an operator; returns its output. */
    String cli(int pod, String... words) {
        var command = new ArrayList<>(List.of("valkey-cli", "--tls", "--cacert", "/etc/redis-tls/ca.crt"));
        command.addAll(List.of(words));
        return run(pod, command).strip();
    }

    /** The role of a server: master, slave, or empty if it does not answer. */
    String role(int pod) {
        try {
            return cli(pod, "role").lines().findFirst().orElse("");
        } catch (IllegalStateException _) {
            return "";
        }
    }

    /** The pods of these that are masters with a replica that has all data. */
    List<Integer> mastersWithAReplica(int... pods) {
        return IntStream.of(pods)
                .filter(pod -> role(pod).equals("master"))
                .filter(pod -> cli(pod, "info", "replication").contains("state=online"))
                .boxed()
                .toList();
    }

    /** Makes a backup by the commands of k8s/README.md. */
    Path backup(int pod) {
        var made = folder.resolve("backup-" + pod + ".rdb");
        Readme.block("/data/backup.rdb >")
                .lines()
                .map(line -> line.substring(line.indexOf(" -- ") + 4))
                .map(command -> command.replace(">redis.rdb", ">" + made))
                .forEach(command -> run(pod, List.of("sh", "-c", command)));
        return made;
    }

    /** Connects to the server of a pod like Bincang, which verifies the name; returns the protocol. */
    String handshake(int pod, String name) throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var in = Files.newInputStream(folder.resolve("tls/ca.crt"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (var plain = new Socket(shell.address(pod), 6379);
                var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, 6379, true)) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getSession().getProtocol();
        }
    }

    private String run(int pod, List<String> command) {
        return PodShell.run(shell.command(pod, server(), command));
    }

    private Container server() {
        return containers().getFirst();
    }

    private List<Container> containers() {
        return manifests.redis().getSpec().getTemplate().getSpec().getContainers();
    }

    @Override
    public void close() {
        killAll();
    }
}
