package dev.bincang.k8s;

import java.util.Set;

/** What {@code k8s/} names already and the application has not yet. A line goes when it does. */
final class Soon {

    static final Set<String> SETTINGS = Set.of("bincang.drain.time");

    static final Set<String> METRICS = Set.of(
            "bincang_connections_max", //
            "bincang_event_loop_lag_seconds",
            "bincang_moved_total",
            "bincang_pods");

    private Soon() {}
}
