package dev.bincang.transport.http.events;

import dev.bincang.hub.Hub;
import dev.bincang.transport.load.Admission;
import dev.bincang.transport.load.Outcomes;
import dev.bincang.transport.load.Relocation;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The event loops that have listening requests, by format. */
@Singleton
class HttpLoops {

    private record Where(EventLoop eventLoop, Format format) {}

    private final Hub hub;
    private final Relocation relocation;
    private final Outcomes outcomes;
    private final Map<Where, HttpLoop> loops = new ConcurrentHashMap<>();

    HttpLoops(Hub hub, Relocation relocation, Outcomes outcomes, MeterRegistry registry) {
        this.hub = hub;
        this.relocation = relocation;
        this.outcomes = outcomes;
        for (var format : Format.values()) {
            Gauge.builder("bincang_connections", this, all -> all.open(format))
                    .description(Admission.CONNECTIONS)
                    .tag("transport", format.transport())
                    .register(registry);
        }
    }

    private int open(Format format) {
        return loops.values().stream()
                .filter(loop -> loop.format() == format)
                .mapToInt(HttpLoop::open)
                .sum();
    }

    HttpLoop of(EventLoop eventLoop, Format format) {
        return loops.computeIfAbsent(new Where(eventLoop, format), where -> {
            var loop = new HttpLoop(where.eventLoop, where.format, hub, outcomes);
            relocation.add(loop);
            return loop;
        });
    }
}
