package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.cluster.Pods.Census;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.redis.RedisCommands;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Besides these pods there is the pod that runs this test. It has a lease too, and no connections. */
@QuarkusTest
class PodsTest {

    @Inject
    Keys keys;

    @Inject
    RedisCommands link;

    @Inject
    BincangConfig config;

    @Inject
    Links links;

    @Inject
    Pods here;

    @Inject
    RedisDataSource redis;

    private Pods one;
    private Pods two;

    @BeforeEach
    void twoMore() {
        await().until(links::up);
        redis.key().del(keys.pods());
        now(here.renew(0));
        one = new Pods(link, keys, config);
        two = new Pods(link, keys, config);
    }

    private static Census now(Uni<Census> census) {
        return census.await().atMost(Duration.ofMinutes(1));
    }

    @Test
    void eachPodKnowsTheConnectionsOfAllPods() {
        assertEquals(new Census(2, 7, 0), now(one.renew(7)));
        assertEquals(new Census(3, 12, 0), now(two.renew(5)));
        assertEquals(new Census(3, 6, 0), now(one.renew(1)));
        assertEquals(2.0, new Census(3, 6, 0).mean());
    }

    @Test
    void aPodThatShutsDownCountsNoConnectionsAndIsMarked() {
        now(one.renew(7));
        assertEquals(new Census(1, 0, 1), now(one.ending()));
        assertEquals(new Census(2, 5, 1), now(two.renew(5)));
    }

    @Test
    void aPodThatHasLeftIsForgottenAtOnce() {
        now(one.renew(7));
        assertEquals(new Census(1, 0, 0), now(one.leave()));
        assertEquals(1, redis.hash(String.class).hlen(keys.pods()));
    }

    @Test
    void aLeaseThatIsNotRenewedExpiresByRedisClock() {
        now(one.renew(7));
        var ended = Long.parseLong(
                        redis.hash(String.class).hget(keys.pods(), one.self()).split(" ", -1)[0])
                - Pods.HEARTBEAT.multipliedBy(3).toMillis();
        redis.hash(String.class).hset(keys.pods(), one.self(), ended + " 7");
        assertEquals(new Census(2, 5, 0), now(two.renew(5)));
        assertEquals(2, redis.hash(String.class).hlen(keys.pods()));
    }

    /** As if Redis' clock had been an hour ahead when the lease was written. */
    @Test
    void aLeaseLastsNoLongerIfTheClockIsSetBack() {
        now(one.renew(7));
        var usual = end(one);
        redis.hash(String.class)
                .hset(keys.pods(), one.self(), usual + Duration.ofHours(1).toMillis() + " 7");

        assertEquals(new Census(3, 12, 0), now(two.renew(5)));

        assertTrue(end(one) <= end(two), end(one) + " is behind " + end(two));
    }

    private long end(Pods pod) {
        return Long.parseLong(
                redis.hash(String.class).hget(keys.pods(), pod.self()).split(" ", -1)[0]);
    }

    @Test
    void twoPodsOfTheSameNameCountTwice() {
        assertTrue(one.self().startsWith(config.pod() + "-"));
        assertEquals(3, now(two.renew(0)).pods() + (now(one.renew(0)).pods() - 2));
    }
}
