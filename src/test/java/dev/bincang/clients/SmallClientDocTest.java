package dev.bincang.clients;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/clients.md} shows the small client that the tests run, letter by letter. */
class SmallClientDocTest {

    private static final Path SOURCE = Path.of("src", "test", "java", "dev", "bincang", "clients", "SmallClient.java");

    @Test
    void theJavaClientOfTheDocumentIsTheOneThatIsTested() throws IOException {
        try (var lines = Files.lines(Path.of("docs", "clients.md"))) {
            var shown = lines.dropWhile(line -> !line.equals("<!-- SmallClient.java -->"))
                    .takeWhile(line -> !line.equals("<!-- end of SmallClient.java -->"))
                    .skip(1)
                    .collect(joining("\n"));
            assertEquals("```java\n" + Files.readString(SOURCE) + "```", shown);
        }
    }
}
