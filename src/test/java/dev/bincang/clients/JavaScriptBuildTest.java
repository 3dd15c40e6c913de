package dev.bincang.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.process.NodeClient;
import java.io.IOException;
import java.net.JarURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JavaScript client needs no build, but a type checker and a minifier must accept it. */
class JavaScriptBuildTest {

    private static final Path CLIENT = Path.of("clients", "javascript");
    private static final int MOST_BYTES = 10 * 1024;

    @TempDir
    Path folder;

    @BeforeEach
    void onNode() {
        assumeTrue(NodeClient.installed(), "NOT TESTED: node 20 or newer is not installed");
    }

    @Test
    void theTypesAreStrictlyCorrect() throws Exception {
        var tsc = typescript(folder);
        assertEquals("", node(tsc.toString(), "--project", CLIENT.toString()));
    }

    @Test
    void theMinifiedAndCompressedClientHasAtMostTenKilobytes() throws Exception {
        unpack("terser", "dist/", folder);
        // for source maps, which nobody requests
        var unused = Files.createDirectories(
                folder.resolve("node_modules").resolve("@jridgewell").resolve("source-map"));
        Files.writeString(unused.resolve("index.js"), "module.exports = {};");
        var terser = folder.resolve("dist").resolve("bundle.min.js").toAbsolutePath();
        var bytes =
                Integer.parseInt(node("src/test/resources/clients/minified.mjs", CLIENT.toString(), terser.toString())
                        .strip());
        System.out.println("the JavaScript client has " + bytes + " bytes, minified and compressed");
        assertTrue(bytes > MOST_BYTES / 2 && bytes <= MOST_BYTES, bytes + " bytes");
    }

    /** The compiler, unpacked into a folder. */
    static Path typescript(Path folder) throws IOException {
        unpack("typescript", "lib/", folder);
        return folder.resolve("lib").resolve("tsc.js");
    }

    /** Copies a part of an npm package, which is in a jar. */
    private static void unpack(String name, String part, Path folder) throws IOException {
        var root = "META-INF/resources/webjars/" + name + "/";
        var jar = (JarURLConnection)
                JavaScriptBuildTest.class.getClassLoader().getResource(root).openConnection();
        for (var entry : jar.getJarFile().stream().toList()) {
            var path = entry.getName();
            var at = path.indexOf("/" + part);
            if (path.startsWith(root)
                    && at > 0
                    && path.indexOf('/', at + part.length() + 1) < 0
                    && !entry.isDirectory()) {
                var to = folder.resolve(path.substring(at + 1));
                Files.createDirectories(to.getParent());
                try (var in = jar.getJarFile().getInputStream(entry)) {
                    Files.copy(in, to);
                }
            }
        }
    }

    static String node(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Stream.concat(Stream.of("node"), Stream.of(command)).toList())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
