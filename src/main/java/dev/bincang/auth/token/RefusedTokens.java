package dev.bincang.auth.token;

import dev.bincang.auth.token.BadToken.Fault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Tells operators why tokens are refused: one counter for each reason, and at most one log line a minute for each. Any
 * thread.
 */
@Singleton
public class RefusedTokens {

    private static final Logger LOG = Logger.getLogger(RefusedTokens.class);
    private static final long QUIET = TimeUnit.MINUTES.toNanos(1);

    /** The counter and the log state of one reason. */
    private static final class Tally {

        private final Counter counter;
        private final AtomicLong nextLine = new AtomicLong(System.nanoTime());

        private Tally(Counter counter) {
            this.counter = counter;
        }

        private boolean mayLog() {
            var next = nextLine.get();
            var now = System.nanoTime();
            return now - next >= 0 && nextLine.compareAndSet(next, now + QUIET);
        }
    }

    private final Map<Fault, Tally> tallies = new EnumMap<>(Fault.class);

    RefusedTokens(MeterRegistry registry) {
        for (var fault : Fault.values()) {
            tallies.put(
                    fault,
                    new Tally(Counter.builder("bincang_tokens_refused")
                            .description("tokens and tickets that were refused, by the reason")
                            .tag("reason", fault.label())
                            .register(registry)));
        }
    }

    public void count(Fault fault) {
        var tally = tallies.get(fault);
        if (tally == null) {
            throw new IllegalStateException("not counted: " + fault);
        }
        tally.counter.increment();
        if (tally.mayLog()) {
            LOG.infof("a token was refused: %s", fault.detail());
        }
    }
}
