package dev.bincang.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Deque's axe-core, which finds accessibility problems. */
final class Axe {

    private static final String SCRIPT = script();

    private Axe() {}

    private static String script() {
        try (var in = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The serious and critical problems of what the tab shows now. */
    static List<String> violations(Tab tab) {
        tab.eval("(() => { if (!window.axe) {" + SCRIPT + "} })()");
        var found = tab.eval("""
                axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
                  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                  .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`)}`))""");
        return found.valueStream().map(JsonNode::asText).toList();
    }
}
