package dev.bincang.transport.websocket;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.CloseCode;
import dev.bincang.transport.load.Outcomes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The maximum size of a message, and the bytes of all unfinished messages that a pod holds. Any thread. */
@Singleton
final class MessageLimits {

    private final int most;
    private final int mostBeforeHello;
    private final long mostUnfinished;
    private final AtomicLong unfinished = new AtomicLong();
    private final Outcomes outcomes;

    MessageLimits(
            @ConfigProperty(name = "quarkus.websockets-next.server.max-message-size") int most,
            BincangConfig config,
            Outcomes outcomes,
            MeterRegistry registry) {
        this.most = most;
        this.outcomes = outcomes;
        mostBeforeHello = (int) config.limits().helloSize().asLongValue();
        mostUnfinished = config.connection().unfinished().asLongValue();
        Gauge.builder("bincang_unfinished_message_bytes", unfinished, AtomicLong::get)
                .description("bytes of messages and frames of sockets whose end has not arrived")
                .register(registry);
    }

    /** The maximum size of any message, in bytes. */
    int most() {
        return most;
    }

    /** The maximum size of a message before or after {@code hello}, in bytes. */
    int most(boolean greeted) {
        return greeted ? most : mostBeforeHello;
    }

    /**
     * Changes the number of bytes that a connection holds. Returns false, and changes nothing, if the pod would then
     * hold too many. Clients before {@code hello} can take half, so that they cannot keep others from sending.
     */
    boolean hold(long more, boolean greeted) {
        var all = unfinished.addAndGet(more);
        if (more <= 0 || all <= (greeted ? mostUnfinished : mostUnfinished / 2)) {
            return true;
        }
        unfinished.addAndGet(-more);
        return false;
    }

    /** The status of the close frame for a connection that holds too much for the pod. Counts the close. */
    WebSocketCloseStatus overloaded() {
        outcomes.closed(CloseCode.OVERLOADED);
        return new WebSocketCloseStatus(CloseCode.OVERLOADED.code(), CloseCode.OVERLOADED.reason());
    }
}
