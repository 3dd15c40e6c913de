package dev.bincang.auth;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.hash.HashCommands;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RevocationsTest {

    private final String user = "eva-" + UUID.randomUUID();

    @Inject
    Revocations revocations;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    private HashCommands<String, String, String> stored;

    @BeforeEach
    void redisIsThere() {
        stored = redis.hash(String.class);
        await().until(links::up);
        await().until(() -> revocations.against("nobody", 0) == null);
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(10));
    }

    private void revoked() {
        now(revocations.revoke(user));
        await().untilAsserted(() -> assertNotNull(revocations.against(user, 0)));
    }

    private static long in(Duration time) {
        return System.currentTimeMillis() + time.toMillis();
    }

    @Test
    void aRevocationIsRememberedAsLongAsATokenCanBeValid() {
        revoked();
        revocations.sweep(in(Revocations.LONGEST_TOKEN));
        assertNotNull(revocations.against(user, 0));
        assertTrue(stored.hexists(Keys.USERS_BARRED, user));
    }

    @Test
    void afterThatThePodAndRedisForgetIt() {
        revoked();
        var size = revocations.size();
        revocations.sweep(in(Revocations.LONGEST_TOKEN.plusDays(1)));
        assertNull(revocations.against(user, 0));
        assertTrue(revocations.size() < size);
        await().until(() -> !stored.hexists(Keys.USERS_BARRED, user));
    }

    @Test
    void aBanIsForgottenWhenItHasEnded() {
        now(revocations.ban(user, in(Duration.ofHours(1))));
        await().untilAsserted(() -> assertNotNull(revocations.against(user, Long.MAX_VALUE)));
        revocations.sweep(in(Duration.ofMinutes(59)));
        assertTrue(stored.hexists(Keys.USERS_BARRED, user));
        revocations.sweep(in(Duration.ofHours(2)));
        await().until(() -> !stored.hexists(Keys.USERS_BARRED, user));
    }

    /** This pod has not heard of it yet. */
    @Test
    void aNewRevocationMeanwhileIsNotForgotten() {
        var other = "ben-" + UUID.randomUUID();
        revoked();
        now(revocations.revoke(other));
        await().untilAsserted(() -> assertNotNull(revocations.against(other, 0)));
        var later = in(Duration.ofDays(40)) + " 0";
        stored.hset(Keys.USERS_BARRED, user, later);

        revocations.sweep(in(Revocations.LONGEST_TOKEN.plusDays(1)));

        await().until(() -> !stored.hexists(Keys.USERS_BARRED, other));
        assertEquals(later, stored.hget(Keys.USERS_BARRED, user));
        stored.hdel(Keys.USERS_BARRED, user);
    }
}
