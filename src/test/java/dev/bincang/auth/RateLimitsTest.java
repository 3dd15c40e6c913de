package dev.bincang.auth;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.protocol.ErrorCode;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

    private final BincangConfig config = new SmallRyeConfigBuilder()
            .withMapping(BincangConfig.class)
            .withDefaultValue("HOSTNAME", "pod")
            .withConverter(MemorySize.class, 100, new MemorySizeConverter())
            .withConverter(Duration.class, 100, new DurationConverter())
            .build()
            .getConfigMapping(BincangConfig.class);
    private final RateLimits limits = new RateLimits(config);

    @Test
    void eachUserHasTheirOwnLimitAndIsToldHowLongToWait() {
        var most = config.limits().roomsPerMinute();
        for (int i = 0; i < most; i++) {
            assertNull(limits.take(What.CREATE, "ana"));
        }

        var refusal = limits.take(What.CREATE, "ana");

        assertNotNull(refusal);
        assertEquals(ErrorCode.RATE_LIMITED, refusal.code());
        var waitMs = refusal.problem().retryAfterMs();
        assertTrue(waitMs > 0 && waitMs <= 60_000 / most, waitMs + " ms");
        assertNull(limits.take(What.CREATE, "ben"));
        assertNull(limits.take(What.JOIN, "ana"));
    }

    @Test
    void aCheckWithoutUseCostsNothing() {
        assertNull(limits.look(What.BAD_TOKEN, "10.0.0.1"));
        for (int i = 0; i < config.limits().badTokensPerMinute(); i++) {
            limits.take(What.BAD_TOKEN, "10.0.0.1");
            limits.look(What.BAD_TOKEN, "10.0.0.1");
        }

        assertNotNull(limits.look(What.BAD_TOKEN, "10.0.0.1"));
        assertNull(limits.look(What.BAD_TOKEN, "10.0.0.2"));
    }

    @Test
    void aUserWithAFullAllowanceIsForgotten() {
        for (int i = 0; i < 10_000; i++) {
            limits.take(What.REQUEST, "user " + i);
        }

        await().until(() -> {
            limits.take(What.REQUEST, UUID.randomUUID().toString());
            return limits.size() < 1_000;
        });
    }

    /** As many addresses as an attacker has who wants to fill the memory. */
    @Test
    void clientsAboveTheMaximumCountShareOneLimit() {
        for (int i = 0; i < 100_000; i++) {
            limits.take(What.REVOKE_OWN, "address " + i);
        }

        var refused = IntStream.range(0, 3 * config.limits().revocationsPerMinute())
                .filter(i -> limits.take(What.REVOKE_OWN, "newcomer " + i) != null)
                .count();

        assertTrue(refused >= config.limits().revocationsPerMinute(), refused + " refused");
        assertTrue(limits.size() <= 100_001, limits.size() + " counted");
    }
}
