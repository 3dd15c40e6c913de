package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.process.ProxyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the commands of {@code docs/transports.md} in a shell, against a running pod. */
class TransportsDocIT {

    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    /** What each code block shows, in the order of the document. */
    private static final List<String> SHOWN = List.of(
            "HTTP/1.1 101 ",
            "\"seq\":1,",
            "{\"type\":\"welcome\",\"protocol\":1,",
            "data:{\"type\":\"message\",\"room\":\"general\"",
            "{\"frames\":[",
            "{\"frames\":[{\"type\":\"message\"");

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1).with("bincang.http.max-wait", "1s");

    @Test
    void everyCommandWorksAgainstARunningPod() throws IOException, InterruptedException {
        assumeTrue(ProxyProcess.find("curl").isPresent(), "NOT TESTED: curl is not installed");
        var blocks = COMMANDS.matcher(Files.readString(Path.of("docs", "transports.md")))
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.contains("curl"))
                .limit(SHOWN.size())
                .toList();
        assertEquals(SHOWN.size(), blocks.size());
        var first = "";
        for (int i = 0; i < blocks.size(); i++) {
            var script = (first + blocks.get(i))
                    .replace("localhost:8080", "127.0.0.1:" + CLUSTER.pod(0).port())
                    .replace("curl ", "curl --max-time 3 ");
            var output = run(script);
            assertTrue(output.contains(SHOWN.get(i)), script + "\n" + output);
            if (blocks.get(i).startsWith("TOKEN=")) {
                first = blocks.get(i).substring(0, blocks.get(i).indexOf('\n') + 1);
            }
        }
    }

    private static String run(String script) throws IOException, InterruptedException {
        var shell =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        var output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
        return output;
    }
}
