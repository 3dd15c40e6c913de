package dev.bincang.auth;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.redis.RedisChannels;
import dev.bincang.redis.RedisCommands;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.hash.HashCommands;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RevocationsTest {

    private final String user = "eva-" + UUID.randomUUID();

    @Inject
    Keys keys;

    @Inject
    Revocations revocations;

    @Inject
    Links links;

    @Inject
    RedisCommands link;

    @Inject
    RedisChannels pubsub;

    @Inject
    BincangConfig config;

    @Inject
    Vertx vertx;

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
        return uni.await().atMost(Duration.ofMinutes(1));
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
        assertTrue(stored.hexists(keys.usersBarred(), user));
    }

    @Test
    void afterThatThePodAndRedisForgetIt() {
        revoked();
        var size = revocations.size();
        revocations.sweep(in(Revocations.LONGEST_TOKEN.plusDays(1)));
        assertNull(revocations.against(user, 0));
        assertTrue(revocations.size() < size);
        await().until(() -> !stored.hexists(keys.usersBarred(), user));
    }

    @Test
    void aBanIsForgottenWhenItHasEnded() {
        now(revocations.ban(user, in(Duration.ofHours(1))));
        await().untilAsserted(() -> assertNotNull(revocations.against(user, Long.MAX_VALUE)));
        revocations.sweep(in(Duration.ofMinutes(59)));
        assertTrue(stored.hexists(keys.usersBarred(), user));
        revocations.sweep(in(Duration.ofHours(2)));
        await().until(() -> !stored.hexists(keys.usersBarred(), user));
    }

    /** This pod has not heard of it yet. */
    @Test
    void aNewRevocationMeanwhileIsNotForgotten() {
        var other = "ben-" + UUID.randomUUID();
        revoked();
        now(revocations.revoke(other));
        await().untilAsserted(() -> assertNotNull(revocations.against(other, 0)));
        var later = in(Duration.ofDays(40)) + " 0";
        stored.hset(keys.usersBarred(), user, later);

        revocations.sweep(in(Revocations.LONGEST_TOKEN.plusDays(1)));

        await().until(() -> !stored.hexists(keys.usersBarred(), other));
        assertEquals(later, stored.hget(keys.usersBarred(), user));
        stored.hdel(keys.usersBarred(), user);
    }

    @Test
    void aTokenOfTheSameSecondIsRevokedAndALaterOneIsNot() {
        revoked();
        var at = Long.parseLong(stored.hget(keys.usersBarred(), user).split(" ", -1)[0]);
        var second = at / 1000 * 1000;

        assertNotNull(revocations.against(user, second));
        assertNull(revocations.against(user, second + 1000));
    }

    /** What Redis has lost keeps nobody in. */
    @Test
    void aPodKnowsWhatRedisHasLost() {
        revoked();
        var marker = "marker-" + UUID.randomUUID();
        stored.hdel(keys.usersBarred(), user);
        stored.hset(keys.usersBarred(), marker, in(Duration.ofHours(1)) + " 0");

        redis.execute("CLIENT", "KILL", "TYPE", "pubsub");

        await().untilAsserted(() -> assertNotNull(revocations.against(marker, 0))); // it has read the hash again
        assertNotNull(revocations.against(user, 0));
        stored.hdel(keys.usersBarred(), marker);
    }

    @Test
    void nobodyIsLetInBeforeTheyAreLoaded() {
        var another = new Revocations(link, pubsub, keys, config, vertx);

        var refusal = another.against("ana", System.currentTimeMillis());
        assertNotNull(refusal);
        assertEquals(ErrorCode.UNAVAILABLE, refusal.code());

        redis.execute("CLIENT", "KILL", "TYPE", "pubsub");
        await().until(() -> another.against("ana", System.currentTimeMillis()) == null);
    }

    /** With as many tries as it takes, and one line that says why. */
    @Test
    void whatCannotBeReadIsReadAgainUntilItCan() {
        var before = stored.hgetall(keys.usersBarred());
        var log = new Lines();
        Logger.getLogger(Revocations.class.getName()).addHandler(log);
        redis.key().del(keys.usersBarred());
        redis.value(String.class).set(keys.usersBarred(), "not a hash");
        try {
            var failures = failures();
            redis.execute("CLIENT", "KILL", "TYPE", "pubsub");
            await().atMost(Duration.ofMinutes(2)).until(() -> failures() >= failures + 15);
            assertEquals(1, log.lines.size(), log.lines.toString());
            assertTrue(log.lines.getFirst().contains("WRONGTYPE"), log.lines.toString());
        } finally {
            Logger.getLogger(Revocations.class.getName()).removeHandler(log);
            // in one step: a pod that reads in between would not read again
            var whole = new HashMap<>(before);
            whole.put(user, in(Duration.ofHours(1)) + " 0");
            stored.hset("whole", whole);
            redis.key().rename("whole", keys.usersBarred());
        }
        await().untilAsserted(() -> assertNotNull(revocations.against(user, 0)));
        stored.hdel(keys.usersBarred(), user);
    }

    /** How often Redis has refused to read a hash. Nobody else reads one that is none. */
    private long failures() {
        var stats = redis.execute("INFO", "commandstats").toString();
        return stats.contains("cmdstat_hgetall:")
                ? Long.parseLong(stats.replaceFirst("(?s).*cmdstat_hgetall:[^\\r\\n]*failed_calls=(\\d+).*", "$1"))
                : 0;
    }

    private static final class Lines extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
