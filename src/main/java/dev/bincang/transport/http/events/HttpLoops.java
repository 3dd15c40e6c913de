package dev.bincang.transport.http.events;

import dev.bincang.hub.Hub;
import dev.bincang.transport.load.Relocation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.netty.channel.EventLoop;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The event loops that have requests which listen, by format. */
@Singleton
class HttpLoops {

    private record Where(EventLoop eventLoop, Format format) {}

    private final Hub hub;
    private final Relocation relocation;
    private final Map<Where, HttpLoop> loops = new ConcurrentHashMap<>();

    HttpLoops(Hub hub, Relocation relocation, MeterRegistry registry) {
        this.hub = hub;
        this.relocation = relocation;
        for (var format : Format.values()) {
            var tags = Tags.of("transport", format.transport());
            registry.gauge("bincang_connections", tags, this, all -> all.open(format));
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
            var loop = new HttpLoop(where.eventLoop, where.format, hub);
            relocation.add(loop);
            return loop;
        });
    }
}
