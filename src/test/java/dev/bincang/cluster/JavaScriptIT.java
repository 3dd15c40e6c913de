package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.process.NodeClient;
import dev.bincang.testing.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Node runs the JavaScript client's own tests, against its fake server and against these pods. */
class JavaScriptIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2).with("bincang.http.stream-time", "8s");

    @Test
    void allTestsOfTheClientPass() throws IOException, InterruptedException {
        assumeTrue(NodeClient.installed(), "NOT TESTED: node 20 or newer is not installed");
        var folder = Path.of("clients", "javascript");
        List<String> tests;
        try (var files = Files.list(folder.resolve("test"))) {
            tests = files.map(file -> folder.relativize(file).toString())
                    .filter(file -> file.endsWith(".test.js"))
                    .sorted()
                    .toList();
        }
        var command = Stream.concat(
                        Stream.of("node", "--experimental-websocket", "--no-warnings", "--test"), tests.stream())
                .toList();
        var node = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        node.environment()
                .put(
                        "BINCANG_URLS",
                        CLUSTER.pods().stream()
                                .map(pod -> "http://127.0.0.1:" + pod.port())
                                .collect(Collectors.joining(",")));
        var process = Processes.start(node);
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), output);
        System.out.println(output.substring(Math.max(0, output.lastIndexOf("tests ") - 2)));
    }
}
