package dev.bincang.transport.websocket;

import dev.bincang.BincangConfig;
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

/** The event loops that have sockets, with their metrics. */
@Singleton
class SocketLoops {

    private final Hub hub;
    private final BincangConfig config;
    private final Relocation relocation;
    private final Outcomes outcomes;
    private final Map<EventLoop, SocketLoop> loops = new ConcurrentHashMap<>();

    SocketLoops(Hub hub, BincangConfig config, Relocation relocation, Outcomes outcomes, MeterRegistry registry) {
        this.hub = hub;
        this.config = config;
        this.relocation = relocation;
        this.outcomes = outcomes;
        Gauge.builder("bincang_connections", this, SocketLoops::open)
                .description(Admission.CONNECTIONS)
                .tag("transport", "websocket")
                .register(registry);
    }

    /** Sockets open on this pod. Callable from any thread, so the value may be a moment old. */
    int open() {
        return loops.values().stream().mapToInt(SocketLoop::open).sum();
    }

    Outcomes outcomes() {
        return outcomes;
    }

    SocketLoop of(EventLoop eventLoop) {
        return loops.computeIfAbsent(eventLoop, of -> {
            var loop = new SocketLoop(of, hub, config, outcomes);
            relocation.add(loop);
            return loop;
        });
    }
}
