package dev.bincang.log;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Questions about one room that come while another one is under way. */
@QuarkusTest
class ReadAccessTest {

    private final RoomId room = new RoomId("access-" + UUID.randomUUID());

    @Inject
    Keys keys;

    @Inject
    ReadAccess access;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void aRoomOfAna() {
        await().until(links::up);
        redis.hash(String.class).hset(keys.of(room).room(), "kind", "private");
        redis.hash(String.class).hset(keys.of(room).members(), "ana", "owner 1-1 0 0 0");
    }

    private CompletableFuture<Pass> ask(String user) {
        return access.ask(room, user, false).subscribeAsCompletionStage();
    }

    private static Throwable failure(CompletableFuture<Pass> asked) {
        await().until(asked::isDone);
        return asked.handle((_, failure) -> failure instanceof CompletionException e ? e.getCause() : failure)
                .join();
    }

    /** The head is no id, so the answer to whoever may read cannot be made. */
    @Test
    void anAnswerThatThrowsLeavesNobodyWaiting() {
        redis.hash(String.class).hset(keys.of(room).room(), "head", "nonsense 0 0 0 0 0");

        var asked = List.of(ask("ana"), ask("ana"), ask("eva"), ask("ana"));

        assertInstanceOf(IllegalArgumentException.class, failure(asked.get(0)));
        assertInstanceOf(IllegalArgumentException.class, failure(asked.get(1)));
        assertEquals(
                ErrorCode.NOT_FOUND,
                assertInstanceOf(Refusal.class, failure(asked.get(2))).code());
        assertInstanceOf(IllegalArgumentException.class, failure(asked.get(3)));

        redis.hash(String.class).hset(keys.of(room).room(), "head", "7-7 7 7 0 0 0");
        assertEquals(
                new Id(7, 7),
                ask("ana")
                        .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                        .join()
                        .head());
    }
}
