package dev.bincang.auth.token;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.testing.process.IdentityProvider;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.UnresolvableKeyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderKeysTest {

    /** Far longer than any step takes, also on a busy machine. */
    private static final Duration LONG = Duration.ofMinutes(2);

    private static final int MAX_WAITING = 100;

    private final IdentityProvider provider = new IdentityProvider();
    private int minutes = 60;

    @AfterEach
    void close() {
        provider.close();
    }

    private ProviderKeys keys(String interval, String timeout) throws IOException, UnresolvableKeyException {
        var config = new SmallRyeConfigBuilder()
                .withMapping(BincangConfig.class)
                .withDefaultValue("HOSTNAME", "pod")
                .withDefaultValue("bincang.auth.keys-interval", interval)
                .withDefaultValue("bincang.auth.keys-timeout", timeout)
                .withDefaultValue("bincang.limits.token-checks", Integer.toString(MAX_WAITING))
                .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                .withConverter(Duration.class, 100, new DurationConverter())
                .build()
                .getConfigMapping(BincangConfig.class);
        var info = new JWTAuthContextInfo();
        info.setJwksRefreshInterval(minutes);
        return new ProviderKeys(provider.jwks(), info, config);
    }

    private static void now(Uni<Void> uni) {
        uni.await().atMost(LONG);
    }

    private static ErrorCode refused(Uni<Void> uni) {
        return assertThrows(Refusal.class, () -> now(uni)).code();
    }

    private static Key key(ProviderKeys keys, String keyId) throws UnresolvableKeyException {
        var token = new JsonWebSignature();
        token.setAlgorithmHeaderValue("RS256");
        token.setKeyIdHeaderValue(keyId);
        return keys.resolveKey(token, List.of());
    }

    private static void hasNot(ProviderKeys keys, String keyId) {
        assertThrows(UnresolvableKeyException.class, () -> key(keys, keyId));
    }

    @BeforeEach
    void fetchTheFirstKey() {
        assertEquals("key-1", provider.key().getKeyId());
    }

    @Test
    void aKeyIsFetchedOnceAndThenKnown() throws IOException, UnresolvableKeyException {
        var keys = keys("10m", "20s");
        assertTrue(keys.waits("key-1"));
        now(keys.await("key-1"));
        assertEquals(provider.key().getPublicKey(), key(keys, "key-1"));
        assertFalse(keys.waits("key-1"));
        now(keys.await("key-1"));
        assertEquals(1, provider.fetches());
    }

    @Test
    void aFloodOfUnknownKeysCausesFewFetchesAndANewKeyIsStillFound() throws IOException, UnresolvableKeyException {
        var keys = keys("1s", "20s");
        now(keys.await("key-1"));
        provider.rotate();
        var begun = System.nanoTime();
        var flood = Thread.ofVirtual().start(() -> {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                keys.await("unknown-" + i).subscribe().with(_ -> {}, _ -> {});
                LockSupport.parkNanos(100_000);
            }
        });

        await().atMost(LONG)
                .ignoreException(UnresolvableKeyException.class)
                .untilAsserted(() -> assertNotNull(key(keys, "key-2")));

        flood.interrupt();
        var seconds = (System.nanoTime() - begun) / 1e9;
        assertTrue(provider.fetches() <= 2 + seconds, provider.fetches() + " fetches in " + seconds + " s");
        assertFalse(keys.waits("key-2"));
    }

    @Test
    void anUnknownKeyIsRememberedUntilTheNextFetchMayBegin() throws IOException, UnresolvableKeyException {
        var keys = keys("10m", "20s");
        now(keys.await("unknown"));
        assertFalse(keys.waits("unknown"), "a known unknown key causes no fetch");
        now(keys.await("unknown"));
        hasNot(keys, "unknown");
        assertEquals(1, provider.fetches());
        assertTrue(keys.waits("another"), "another key may be new");
    }

    @Test
    void aRemovedKeyIsInvalidAndNobodyWaitsForIt() throws IOException, UnresolvableKeyException {
        var keys = keys("1s", "20s");
        now(keys.await("key-1"));
        provider.rotate();
        now(keys.await("key-2"));
        hasNot(keys, "key-1");
        now(keys.await("key-1"));
    }

    @Test
    void oldKeysAreValidUntilTheyAreFetchedAgain() throws IOException, UnresolvableKeyException {
        minutes = 0;
        var keys = keys("1s", "20s");
        now(keys.await("key-1"));
        provider.rotate();
        await().atMost(LONG).untilAsserted(() -> {
            now(keys.await("key-1"));
            hasNot(keys, "key-1");
        });
        assertEquals(provider.key().getPublicKey(), key(keys, "key-2"));
    }

    @Test
    void whileTheProviderHangsKnownKeysWorkAndUnknownOnesAreNotBadTokens()
            throws IOException, UnresolvableKeyException {
        var keys = keys("1s", "1s");
        now(keys.await("key-1"));
        provider.hang();
        provider.rotate();
        var waiting = IntStream.range(0, MAX_WAITING)
                .mapToObj(i -> keys.await("unknown-" + i).subscribeAsCompletionStage())
                .toList();

        assertFalse(keys.waits("key-1"));
        assertEquals(ErrorCode.UNAVAILABLE, refused(keys.await("one-too-many")));
        for (var one : waiting) {
            assertEquals(ErrorCode.UNAVAILABLE, refused(Uni.createFrom().completionStage(one)));
        }
        provider.answer();
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> {
            now(keys.await("key-2"));
            assertNotNull(key(keys, "key-2"));
        });
    }

    @Test
    void aProviderThatSendsSlowlyHasADeadlineToo() throws IOException, UnresolvableKeyException {
        var keys = keys("1s", "1s");
        provider.sendSlowly();
        assertEquals(ErrorCode.UNAVAILABLE, refused(keys.await("key-1")));
        provider.answer();
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> {
            now(keys.await("key-1"));
            assertNotNull(key(keys, "key-1"));
        });
    }

    @Test
    void whileTheProviderIsDownNobodyWaitsForIt() throws IOException, UnresolvableKeyException {
        var keys = keys("10m", "20s");
        provider.close();
        assertEquals(ErrorCode.UNAVAILABLE, refused(keys.await("key-1")));
        assertFalse(keys.waits("key-1"));
        assertEquals(ErrorCode.UNAVAILABLE, refused(keys.await("key-2")));
    }
}
