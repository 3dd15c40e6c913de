package dev.bincang.transport.websocket;

import dev.bincang.BincangConfig;
import dev.bincang.hub.Hub;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.netty.channel.EventLoop;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** The event loops that have sockets. */
@Singleton
class SocketLoops {

    private static final Logger LOG = Logger.getLogger(SocketLoops.class);

    private final Hub hub;
    private final BincangConfig config;
    private final Map<EventLoop, SocketLoop> loops = new ConcurrentHashMap<>();

    SocketLoops(Hub hub, BincangConfig config, MeterRegistry registry) {
        this.hub = hub;
        this.config = config;
        registry.gauge("bincang_connections", Tags.of("transport", "websocket"), this, SocketLoops::open);
    }

    /** Sockets open on this pod; from any thread, so perhaps a moment old. */
    int open() {
        return loops.values().stream().mapToInt(SocketLoop::size).sum();
    }

    /** At SIGTERM, while sockets can still be written to: everybody is told to come back, elsewhere, and resume. */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        var closing = loops.values().stream().map(SocketLoop::closeAll).toList();
        for (var each : closing) {
            try {
                each.get(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("not every client could be told to come back elsewhere", e);
            }
        }
    }

    SocketLoop of(EventLoop eventLoop) {
        return loops.computeIfAbsent(eventLoop, loop -> new SocketLoop(loop, hub, config));
    }
}
