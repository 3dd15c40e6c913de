package dev.bincang.transport.websocket;

import dev.bincang.BincangConfig;
import dev.bincang.hub.Hub;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.netty.channel.EventLoop;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The event loops that have sockets. */
@Singleton
class SocketLoops {

    private final Hub hub;
    private final BincangConfig config;
    private final Map<EventLoop, SocketLoop> loops = new ConcurrentHashMap<>();

    SocketLoops(Hub hub, BincangConfig config, MeterRegistry registry) {
        this.hub = hub;
        this.config = config;
        registry.gauge("bincang_connections", Tags.of("transport", "websocket"), loops, SocketLoops::open);
    }

    private static double open(Map<EventLoop, SocketLoop> loops) {
        return loops.values().stream().mapToInt(SocketLoop::size).sum();
    }

    SocketLoop of(EventLoop eventLoop) {
        return loops.computeIfAbsent(eventLoop, loop -> new SocketLoop(loop, hub, config));
    }
}
