package dev.bincang.transport.http;

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

/** The event loops that have requests which listen, by format. */
@Singleton
class HttpLoops {

    private record Where(EventLoop eventLoop, Format format) {}

    private static final Logger LOG = Logger.getLogger(HttpLoops.class);

    private final Hub hub;
    private final Map<Where, HttpLoop> loops = new ConcurrentHashMap<>();

    HttpLoops(Hub hub, MeterRegistry registry) {
        this.hub = hub;
        for (var format : Format.values()) {
            var tags = Tags.of("transport", format.transport());
            registry.gauge("bincang_connections", tags, this, all -> all.open(format));
        }
    }

    private int open(Format format) {
        return loops.values().stream()
                .filter(loop -> loop.format() == format)
                .mapToInt(HttpLoop::size)
                .sum();
    }

    HttpLoop of(EventLoop eventLoop, Format format) {
        return loops.computeIfAbsent(
                new Where(eventLoop, format), where -> new HttpLoop(where.eventLoop, where.format, hub));
    }

    /** At SIGTERM, while answers can still be written: everybody is told to come back, elsewhere, and go on. */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        for (var loop : loops.values().stream().map(HttpLoop::closeAll).toList()) {
            try {
                loop.get(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("not every client could be told to come back elsewhere", e);
            }
        }
    }
}
