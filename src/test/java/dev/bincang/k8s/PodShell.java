package dev.bincang.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bincang.testing.process.ProxyProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Commands as a pod of a StatefulSet runs them: with its variables, folders, address and volume. An address is 127.x.y.z,
 * and a volume is a folder. The names of the pods are in a file that the commands see as {@code /etc/hosts}, in a mount
 * namespace of their own.
 */
final class PodShell {

    static final String NAMESPACE = "bincang";
    private static final int PODS = 20;
    private static final AtomicInteger NETWORKS = new AtomicInteger();
    private static final Optional<String> SERVER =
            ProxyProcess.find("valkey-server").or(() -> ProxyProcess.find("redis-server"));
    private static final Optional<String> CLI =
            ProxyProcess.find("valkey-cli").or(() -> ProxyProcess.find("redis-cli"));
    /** Root needs no user namespace. */
    private static final Optional<List<String>> NAMESPACED = Stream.of(
                    List.of("unshare", "--mount"), List.of("unshare", "--map-root-user", "--mount"))
            .filter(_ -> ProxyProcess.find("unshare").isPresent())
            .filter(PodShell::mayMount)
            .findFirst();

    private final Path folder;
    private String network;

    PodShell(Path folder) {
        this.folder = folder;
        write("bin/valkey-cli", "#!/bin/sh\nexec " + CLI.orElseThrow() + " -h $ADDRESS \"$@\"\n");
        write("bin/valkey-server", "#!/bin/sh\nexec " + SERVER.orElseThrow() + " \"$@\" --bind $ADDRESS\n");
        move();
    }

    static boolean works() {
        return SERVER.isPresent() && CLI.isPresent() && NAMESPACED.isPresent();
    }

    String name(int pod) {
        return "bincang-redis-" + pod + ".bincang-redis-nodes." + NAMESPACE + ".svc";
    }

    String address(int pod) {
        return network + (pod + 1);
    }

    Path volume(int pod) {
        return folder.resolve("data-" + pod);
    }

    /** Gives all pods other addresses. */
    void move() {
        network = "127." + (64 + ProcessHandle.current().pid() % 128) + "." + NETWORKS.getAndIncrement() + ".";
        var hosts = new StringBuilder("127.0.0.1 localhost\n");
        IntStream.range(0, PODS)
                .forEach(pod ->
                        hosts.append(address(pod)).append(' ').append(name(pod)).append('\n'));
        write("hosts", hosts.toString());
    }

    /** Writes the files of a ConfigMap. */
    void configure(int pod, Map<String, String> files) {
        files.forEach((name, text) -> write("config-" + pod + "/" + name, inside(text, pod)));
    }

    /** The command of a container, or another one in it. */
    ProcessBuilder command(int pod, Container container, List<String> words) {
        var variables = variables(pod, container);
        var command = new ArrayList<>(NAMESPACED.orElseThrow());
        command.addAll(List.of("sh", "-c", "mount --bind " + folder + "/hosts /etc/hosts && exec \"$@\"", "sh"));
        words.forEach(word -> command.add(inside(expanded(word, variables), pod)));
        var builder =
                new ProcessBuilder(command).directory(volume(pod).toFile()).redirectErrorStream(true);
        builder.environment().putAll(variables);
        builder.environment().put("ADDRESS", address(pod));
        builder.environment().merge("PATH", folder + "/bin", (path, bin) -> bin + ":" + path);
        return builder;
    }

    /** Runs a command to its end; returns its output. */
    static String run(ProcessBuilder builder) {
        try {
            var process = builder.start();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(builder.command() + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With the folders of the pod. */
    private String inside(String text, int pod) {
        return text.replace("/etc/redis-tls", folder + "/tls")
                .replace("/etc/redis", folder + "/config-" + pod)
                .replace("/data", volume(pod).toString());
    }

    private static String expanded(String word, Map<String, String> variables) {
        var result = word;
        for (var one : variables.entrySet()) {
            result = result.replace("$(" + one.getKey() + ")", one.getValue());
        }
        return result;
    }

    private Map<String, String> variables(int pod, Container container) {
        var variables = new HashMap<String, String>();
        container.getEnv().forEach(one -> variables.put(one.getName(), value(pod, one)));
        return variables;
    }

    private String value(int pod, EnvVar variable) {
        if (variable.getValue() != null) {
            return variable.getValue();
        }
        var from = variable.getValueFrom();
        if (from.getSecretKeyRef() != null) {
            return "the-" + from.getSecretKeyRef().getKey();
        }
        return switch (from.getFieldRef().getFieldPath()) {
            case "metadata.name" -> "bincang-redis-" + pod;
            case "metadata.namespace" -> NAMESPACE;
            case "status.podIP" -> address(pod);
            default -> throw new IllegalStateException(variable.toString());
        };
    }

    private void write(String file, String text) {
        try {
            var path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            path.toFile().setExecutable(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean mayMount(List<String> namespaced) {
        var command = new ArrayList<>(namespaced);
        command.addAll(List.of("mount", "--bind", "/etc/hosts", "/etc/hosts"));
        try {
            run(new ProcessBuilder(command).redirectErrorStream(true));
            return true;
        } catch (IllegalStateException | UncheckedIOException _) {
            return false;
        }
    }
}
