package dev.bincang.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.process.ProxyProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Renders a folder like {@code kubectl apply -k}. */
final class Kustomize {

    static final Path ROOT = Path.of("k8s");
    private static final Path MADE = Path.of("target", "k8s");
    private static final String MISSING = "NOT TESTED: k8s/, since neither kubectl nor kustomize is installed";
    private static final Optional<List<String>> COMMAND = command();

    private Kustomize() {}

    /** The folders in it, by name: {@code components}, {@code overlays}. */
    static List<String> folders(String parent) {
        try (var folders = Files.list(ROOT.resolve(parent))) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The base with these components, in a folder for the tests only. */
    static Path made(String name, List<String> components) {
        var kustomization = new StringBuilder("resources:\n- ../../../k8s/base\n");
        if (!components.isEmpty()) {
            kustomization.append("components:\n");
            components.forEach(one -> kustomization
                    .append("- ../../../k8s/components/")
                    .append(one)
                    .append('\n'));
        }
        try {
            var folder = Files.createDirectories(MADE.resolve(name));
            Files.writeString(folder.resolve("kustomization.yaml"), kustomization);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Renders one YAML document for each object. Skips the test if no program can render. */
    static String render(Path folder) {
        assumeTrue(COMMAND.isPresent(), MISSING);
        try {
            var process = new ProcessBuilder(Stream.concat(COMMAND.get().stream(), Stream.of(folder.toString()))
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(folder + " does not render: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<List<String>> command() {
        var command = ProxyProcess.find("kubectl")
                .map(kubectl -> List.of(kubectl, "kustomize"))
                .or(() -> ProxyProcess.find("kustomize").map(kustomize -> List.of(kustomize, "build")));
        if (command.isEmpty()) {
            System.out.println(MISSING); // skipped tests alone are easily overlooked
        }
        return command;
    }
}
