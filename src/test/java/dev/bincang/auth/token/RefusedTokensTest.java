package dev.bincang.auth.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.auth.token.BadToken.Fault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusedTokensTest {

    private static final Logger LOG = Logger.getLogger(RefusedTokens.class.getName());

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLoggerName());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void leave() {
        LOG.removeHandler(handler);
    }

    private double counted(Fault fault) {
        return registry.get("bincang_tokens_refused")
                .tag("reason", fault.label())
                .counter()
                .count();
    }

    /** Whoever sends bad tokens must not fill the log of the pod. */
    @Test
    void eachReasonHasOneLineAMinuteAndEveryTokenIsCounted() {
        var refused = new RefusedTokens(registry);
        for (int i = 0; i < 1_000; i++) {
            refused.count(Fault.EXPIRED);
        }
        assertEquals(1, lines.size());
        refused.count(Fault.ISSUER);
        refused.count(Fault.EXPIRED);
        assertEquals(2, lines.size());
        assertEquals(1_001, counted(Fault.EXPIRED));
        assertEquals(1, counted(Fault.ISSUER));
    }
}
