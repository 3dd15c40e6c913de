package dev.bincang.auth.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.auth.token.BadToken.Fault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operators learn of tokens that are refused. */
class RefusedTokensTest {

    private static final class Lines extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(String.valueOf(line.getParameters() == null ? line.getMessage() : line.getParameters()[0]));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void eachReasonIsCountedAlwaysAndLoggedOnceAMinute() {
        var registry = new SimpleMeterRegistry();
        var refused = new RefusedTokens(registry);
        var log = new Lines();
        Logger.getLogger(RefusedTokens.class.getName()).addHandler(log);
        try {
            for (var fault : List.of(Fault.EXPIRED, Fault.EXPIRED, Fault.ISSUER, Fault.EXPIRED)) {
                refused.count(fault);
            }
        } finally {
            Logger.getLogger(RefusedTokens.class.getName()).removeHandler(log);
        }
        assertEquals(2, log.lines.size(), log.lines.toString());
        assertEquals(
                3,
                registry.get("bincang_tokens_refused")
                        .tag("reason", "expired")
                        .counter()
                        .count());
    }

    @Test
    void theTableOfTheDocumentHasEachReason() throws IOException {
        var document = Files.readString(Path.of("docs", "security.md"));
        var table = document.substring(document.indexOf("| reason |"), document.indexOf("### Replace the secret"));

        var told = table.lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> Pattern.compile("`([a-z_]+)`")
                        .matcher(line.split("\\|", -1)[1])
                        .results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(
                Arrays.stream(Fault.values()).map(Fault::label).collect(Collectors.toCollection(TreeSet::new)), told);
    }
}
