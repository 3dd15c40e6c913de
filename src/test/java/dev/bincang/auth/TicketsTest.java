package dev.bincang.auth;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.token.BadToken;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TicketsTest {

    @Inject
    Keys keys;

    @Inject
    Tickets tickets;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    private static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    @Test
    void aTicketEndsAfterThirtySecondsOrWithItsUse() {
        await().until(links::up);
        var user = new User("ana", "Ana");
        var ticket = now(tickets.issue(new Identity(user, null, 1, 2, false)));

        var leftMs = redis.key().pttl(keys.ticket(ticket));

        assertTrue(leftMs > 0 && leftMs <= 30_000, leftMs + " ms");
        assertEquals(user, now(tickets.redeem(ticket)).user());
        assertThrows(BadToken.class, () -> now(tickets.redeem(ticket)));
    }

    @Test
    void aTicketThatHasEndedIsNone() {
        await().until(links::up);
        var ticket = now(tickets.issue(new Identity(new User("ana", "Ana"), null, 1, 2, false)));
        redis.key().pexpire(keys.ticket(ticket), 1);

        await().until(() -> !redis.key().exists(keys.ticket(ticket)));

        assertThrows(BadToken.class, () -> now(tickets.redeem(ticket)));
    }
}
