package dev.bincang.auth;

import static dev.bincang.auth.GuestTokensTest.keyId;
import static dev.bincang.auth.GuestTokensTest.now;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.token.BadToken;
import dev.bincang.auth.token.BadToken.Fault;
import dev.bincang.auth.token.UnverifiedToken;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.testing.Promptness;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The secrets for guests' tokens have versions. An operator changes them in Redis. */
@QuarkusTest
class GuestSecretsTest {

    @Inject
    Keys keys;

    @Inject
    GuestTokens tokens;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void waitUntilThePodKnowsItsSecrets() {
        await().until(links::up);
        await().ignoreExceptions() // because another test may have left a key of another type
                .untilAsserted(() ->
                        assertEquals(version(), keyId(now(tokens.issue("Ana")).token())));
    }

    @Test
    void withoutACurrentVersionNewTokensGetANewSecretAndOldOnesStayValid() {
        var old = now(tokens.issue("Ana")).token();
        var version = version();

        takeAway("current");

        await().untilAsserted(() -> {
            var token = now(tokens.issue("Ben")).token();
            assertNotEquals(version, version());
            assertEquals(version(), keyId(token));
        });
        assertEquals("Ana", verified(old).user().name());
    }

    @Test
    void aRemovedVersionIsInvalidAlsoOnAPodThatKnewIt() {
        var old = now(tokens.issue("Ana")).token();
        var version = keyId(old);
        verified(old);

        takeAway("current");
        takeAway(version);

        var time = Promptness.begin();
        await().untilAsserted(() -> assertEquals(Fault.UNKNOWN_KEY, fault(old)));
        time.assertWithin(Duration.ofSeconds(2));
        assertEquals("Ben", verified(now(tokens.issue("Ben")).token()).user().name());
        assertFalse(redis.hash(String.class).hexists(keys.guestSecrets(), version), "the pod has restored it");
    }

    @Test
    void ifRedisLostTheSecretsOldAndNewOnesAreValid() {
        var old = now(tokens.issue("Ana")).token();
        redis.key(String.class).del(keys.guestSecrets());
        redis.hash(String.class)
                .hset(
                        keys.guestSecrets(),
                        Map.of(
                                "birth",
                                "another",
                                "current",
                                "another",
                                "another",
                                Base64.getEncoder().encodeToString(new byte[33])));

        await().untilAsserted(() ->
                assertEquals("another", keyId(now(tokens.issue("Ben")).token())));
        assertEquals("Ana", verified(old).user().name());
        takeAway("another");
        await().until(() -> !keyId(now(tokens.issue("Cy")).token()).equals("another"));
    }

    /** An operator does this. */
    private void takeAway(String field) {
        redis.hash(String.class).hdel(keys.guestSecrets(), field);
    }

    private String version() {
        return redis.hash(String.class).hget(keys.guestSecrets(), "current");
    }

    private Identity verified(String token) {
        return now(tokens.verify(UnverifiedToken.read(token, 16_384)));
    }

    private Fault fault(String token) {
        return assertThrows(BadToken.class, () -> verified(token)).fault();
    }
}
