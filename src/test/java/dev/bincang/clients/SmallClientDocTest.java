package dev.bincang.clients;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docs/clients.md} shows exactly the small client that the tests run. All its clients are small. */
class SmallClientDocTest {

    private static final Path DOCUMENT = Path.of("docs", "clients.md");
    private static final Path SOURCE = Path.of("src", "test", "java", "dev", "bincang", "clients", "SmallClient.java");
    private static final Pattern NO_CODE = Pattern.compile("\\s*((//|/\\*\\*|import |package ).*)?");

    @Test
    void theDocumentShowsTheTestedJavaClient() throws IOException {
        try (var lines = Files.lines(DOCUMENT)) {
            var shown = lines.dropWhile(line -> !line.equals("<!-- SmallClient.java -->"))
                    .takeWhile(line -> !line.equals("<!-- end of SmallClient.java -->"))
                    .skip(1)
                    .collect(joining("\n"));
            assertEquals("```java\n" + Files.readString(SOURCE) + "```", shown);
        }
    }

    /** Java has more lines: braces on lines of their own, and three methods of the listener. */
    @ParameterizedTest
    @CsvSource({"kotlin, 90", "swift, 105", "dart, 90", "java, 120"})
    void eachClientIsSmall(String language, int most) throws IOException {
        try (var lines = Files.lines(DOCUMENT)) {
            var shown = lines.dropWhile(line -> !line.equals("```" + language))
                    .takeWhile(line -> !line.equals("```"))
                    .skip(1)
                    .toList();
            var code = shown.stream()
                    .filter(line -> !NO_CODE.matcher(line).matches())
                    .count();
            assertTrue(code > 50 && code <= most, () -> language + " has " + code + " lines of code, of " + most);
            assertTrue(shown.stream().allMatch(line -> line.length() <= 120), () -> language + " has longer lines");
        }
    }
}
