package dev.bincang.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.Refusal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the link holds while it has no connection. {@code DurabilityIT} tests it with a real Redis. */
class WriteLinkTest {

    private static final int MOST = 3;

    private final Vertx vertx = Vertx.vertx();
    private final List<UniEmitter<? super RedisConnection>> opening = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final WriteLink link = new WriteLink(
            vertx,
            Runnable::run,
            () -> Uni.createFrom().<RedisConnection>emitter(opening::add),
            () -> "marker",
            () -> {},
            new Durability(1, false, Duration.ofSeconds(1)),
            MOST);

    @AfterEach
    void end() {
        vertx.close();
    }

    private void send() {
        link.send(Request.cmd(Command.SET).arg("key").arg("value"), null)
                .subscribe()
                .with(_ -> failures.add("answered"), failure -> failures.add(((Refusal) failure).getMessage()));
    }

    @Test
    void aWriteBeyondTheBoundIsRefused() {
        for (int i = 0; i < MOST; i++) {
            send();
        }
        assertEquals(List.of(), failures);
        assertEquals(1, opening.size(), "one connection for all");

        send();
        assertEquals(List.of("Redis is too slow"), failures);
    }

    @Test
    void everyWriteFailsIfTheLinkBreaks() {
        send();
        send();
        link.down("broken");

        assertEquals(List.of("broken", "broken"), failures);
    }

    @Test
    void aConnectionFromBeforeABreakIsClosed() {
        send();
        link.down("broken");
        var closed = new ArrayList<String>();
        opening.getFirst().complete((RedisConnection) Proxy.newProxyInstance(
                RedisConnection.class.getClassLoader(), new Class<?>[] {RedisConnection.class}, (_, method, _) -> {
                    closed.add(method.getName());
                    return null;
                }));

        assertTrue(closed.contains("close"), closed::toString);
        send();
        assertEquals(2, opening.size(), "the next write opens a new one");
    }
}
