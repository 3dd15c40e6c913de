package dev.bincang.ops;

import dev.bincang.BincangConfig;
import dev.bincang.hub.Counters;
import dev.bincang.redis.Links;
import dev.bincang.transport.load.LoopLag;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.prometheus.client.exemplars.ExemplarSampler;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** The metrics of the fan-out, as {@code bincang_*}. Commands and connections are counted where they happen. */
@Startup
@Singleton
class Metrics {

    /** The buckets of the time histograms. */
    static final Duration[] BUCKETS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 1000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Counters counters;
    private final Links links;
    private final LoopLag lag;
    private final BincangConfig config;

    Metrics(MeterRegistry registry, Counters counters, Links links, LoopLag lag, BincangConfig config) {
        this.registry = registry;
        this.counters = counters;
        this.links = links;
        this.lag = lag;
        this.config = config;
    }

    @PostConstruct
    void register() {
        counter("bincang_events_appended", counters.appended, "events that this pod has appended to the log");
        counter("bincang_frames_delivered", counters.delivered, "frames written to connections");
        counter("bincang_verifies", counters.verifies, "times that a feed compared itself with the log");
        counter("bincang_log_pages", counters.pages, "reads of the log for subscriptions that catch up");
        counter("bincang_gaps", counters.gaps, "gap frames written");
        counter("bincang_resets", counters.resets, "reset frames written");
        counter("bincang_slow_readers", counters.slow, "times that a live subscription fell back to reading the log");
        signals("published", counters.signalsPublished);
        signals("delivered", counters.signalsDelivered);
        signals("coalesced", counters.signalsCoalesced);
        signals("dropped", counters.signalsDropped);
        Gauge.builder("bincang_rooms", counters.feeds, LongAdder::sum)
                .description("rooms that this pod follows")
                .register(registry);
        Gauge.builder("bincang_redis_up", links, of -> of.up() ? 1 : 0)
                .description("1 while both links to Redis are up")
                .register(registry);
        Gauge.builder("bincang_connections_max", config, of -> of.connection().max())
                .description("the maximum of connections that this pod accepts")
                .register(registry);
        Gauge.builder("bincang_event_loop_lag_seconds", lag, of -> of.worst().toNanos() / 1e9)
                .description("the lag of the slowest event loop")
                .register(registry);
        var latency = Timer.builder("bincang_delivery_seconds")
                .description("time from accepting to writing an event that this pod appended, once per event loop")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        counters.onLatency(nanos -> latency.record(nanos, TimeUnit.NANOSECONDS));
    }

    /**
     * No exemplars. With OpenTelemetry in the package, Quarkus would look for a span at each increment of a counter, also
     * while traces are off.
     */
    @Produces
    @Alternative
    @Priority(1)
    static Optional<ExemplarSampler> exemplars() {
        return Optional.empty();
    }

    private void signals(String outcome, LongAdder adder) {
        FunctionCounter.builder("bincang_signals", adder, LongAdder::sum)
                .description(
                        "signals by outcome: published by this pod, delivered to connections, coalesced with a newer"
                                + " one, or dropped")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void counter(String name, LongAdder adder, String description) {
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .description(description)
                .register(registry);
    }
}
