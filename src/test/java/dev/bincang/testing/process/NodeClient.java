package dev.bincang.testing.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JavaScript client in Node. It takes instructions and reports what it sees, line by line. */
public final class NodeClient implements AutoCloseable {

    private static final int LEAST_NODE = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final List<JsonNode> told = new ArrayList<>();

    /**
     * @param environment environment variables of the script, besides the address of the client
     */
    public NodeClient(String script, Map<String, String> environment) {
        var command = new ProcessBuilder("node", "--experimental-websocket", "--no-warnings", script);
        command.environment().putAll(environment);
        command.environment()
                .put(
                        "CLIENT",
                        Path.of("clients/javascript/index.js").toAbsolutePath().toString());
        command.redirectError(ProcessBuilder.Redirect.INHERIT);
        process = Processes.start(command);
        Thread.startVirtualThread(this::listen);
    }

    /** Whether a Node is installed that is new enough. */
    public static boolean installed() {
        try {
            var node = new ProcessBuilder("node", "--version").start();
            try (var out = node.inputReader()) {
                var version = String.valueOf(out.readLine());
                return version.startsWith("v")
                        && Integer.parseInt(version.substring(1, version.indexOf('.'))) >= LEAST_NODE;
            }
        } catch (IOException _) {
            return false;
        }
    }

    private void listen() {
        try (BufferedReader out = process.inputReader()) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                var one = JSON.readTree(line);
                synchronized (told) {
                    told.add(one);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All reports so far that have this field. */
    public List<JsonNode> reports(String field) {
        synchronized (told) {
            return told.stream().filter(one -> one.has(field)).toList();
        }
    }

    public void send(String text) {
        try {
            var in = process.outputWriter();
            in.write(text + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        synchronized (told) {
            return told.toString();
        }
    }

    @Override
    public void close() {
        Processes.kill(process);
    }
}
