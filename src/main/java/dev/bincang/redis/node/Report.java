package dev.bincang.redis.node;

import dev.bincang.redis.retry.SeldomLog;
import io.quarkus.runtime.Quarkus;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What is known about a node, for operators: in the log, the metrics and the readiness. */
public final class Report {

    private static final Logger LOG = Logger.getLogger(Report.class);

    private final SeldomLog seldom = new SeldomLog(LOG);
    private final String name;
    private volatile Node.State state = new Node.State("not connected yet", null);

    /** @param name the node's name in sentences */
    Report(String name) {
        this.name = name;
    }

    /** Ends this process, because no retry can help. */
    public static void stop(String why) {
        LOG.errorf("Bincang stops, because it cannot use this Redis: %s.", why);
        Quarkus.asyncExit(1);
    }

    String name() {
        return name;
    }

    /** Callable from any thread. */
    Node.State state() {
        return state;
    }

    /** The last look, or null before the first. */
    @Nullable
    Look look() {
        return state.look();
    }

    /** Says why there is no link; empty if both are up. */
    void trouble(String sentence) {
        state = new Node.State(sentence, state.look());
    }

    /** As {@link #trouble}, and logs it. */
    void warn(String sentence) {
        trouble(sentence);
        seldom.warn(sentence);
    }

    /** Keeps a look, and logs what is wrong with a Redis that answers. */
    void saw(Look now) {
        var before = state.look();
        state = new Node.State(state.trouble(), now);
        if (!now.keepsAll()) {
            seldom.error("the maxmemory-policy of %s is %s: messages can vanish. Set it to %s"
                    .formatted(name, now.policy(), Look.KEEPS_ALL));
        }
        if (!now.refuses().isEmpty()) {
            seldom.warn(name + " refuses to write: " + now.refuses());
        } else if (before != null && !before.refuses().isEmpty()) {
            LOG.infof("%s writes again", name);
        }
    }
}
