package dev.bincang.deploy;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.NodeClient;
import dev.bincang.testing.process.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rollout and a scale-up do not harm connected clients. The profile {@code roll} uses many clients. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployIT {

    private static final int CLIENTS = Integer.getInteger("bincang.crowd", 300);
    private static final int BARE = CLIENTS / 11;
    private static final int RATE = 100;
    private static final Duration DRAIN = Duration.ofSeconds(Integer.getInteger("bincang.drain", 4));
    /** The time from "no new connections" to SIGTERM: the sleep of preStop. */
    private static final Duration PRE_STOP = Duration.ofSeconds(1);

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(3)
            .behind(PROVIDER)
            .with("bincang.connection.max-per-user", "1000")
            .with("bincang.redis.timeout", "20s") // the proxies of this busy process are on the way to Redis
            .with("bincang.drain.time", DRAIN.toSeconds() + "s");

    private static Crowd crowd;
    private static final List<Pod> SERVING = new ArrayList<>();

    @BeforeAll
    static void everybodyJoins() {
        assumeTrue(NodeClient.installed(), "NOT TESTED: node 20 or newer is not installed");
        crowd = new Crowd(PROVIDER, CLIENTS - BARE, BARE);
        SERVING.addAll(CLUSTER.pods());
        crowd.ready(SERVING);
        crowd.join();
    }

    @AfterAll
    static void end() {
        if (crowd != null) {
            crowd.close();
        }
        PROVIDER.close();
    }

    /** Like a Deployment with a surge of one. */
    @Test
    @Order(1)
    void aRolloutLosesNothingAndSpreadsTheReconnects() throws InterruptedException {
        crowd.send(RATE);
        Thread.sleep(3_000);
        var before = crowd.tell();
        var old = List.copyOf(SERVING);
        for (var leaving : old) {
            start(1);
            SERVING.remove(leaving);
            crowd.ready(SERVING);
            Thread.sleep(PRE_STOP);
            var moved = leaving.metric("bincang_connections");
            crowd.tell();
            end(leaving);
            var roll = crowd.tell();
            var busiest = busiestSecond(roll);
            var even = moved / DRAIN.toSeconds();
            report(
                    "roll: %.0f moved, %.1f a second if evenly, %d in the busiest; %d were without a connection,"
                            + " %d more because the next one opened slowly; p50 %d, p99 %d ms (before: %d, %d)",
                    moved,
                    even,
                    busiest,
                    roll.path("left").asInt(),
                    roll.path("slow").asInt(),
                    roll.path("p50").asInt(),
                    roll.path("p99").asInt(),
                    before.path("p50").asInt(),
                    before.path("p99").asInt());
            assertTrue(busiest <= 2 * even, busiest + " came back within a second, evenly it were " + even);
            // A client that connects before it disconnects is never without a connection. A busy machine opens
            // connections more slowly, and tells some clients too late to move, but never half of them.
            var share = Promptness.busyness() / 20;
            var left = roll.path("left").asInt();
            var all = left + roll.path("slow").asInt();
            assertTrue(left <= moved * Math.min(0.5, share), left + " did not connect in time");
            assertTrue(all <= moved * share, all + " were without a connection, allowed: " + moved * share);
        }
        crowd.send(0);
        nothingIsLost();
    }

    @Test
    @Order(2)
    void newPodsGetConnectionsFromFullOnes() throws InterruptedException {
        while (SERVING.size() > 2) {
            var leaving = SERVING.removeFirst();
            crowd.ready(SERVING);
            Thread.sleep(PRE_STOP);
            end(leaving);
        }
        crowd.send(RATE);
        start(2);
        var begun = System.nanoTime();
        var spread = await().pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofMinutes(2))
                .until(DeployIT::spread, at -> at <= 1.2);
        report(
                "scale: 2 to 4 pods, at %.2f of the mean after %d s",
                spread, (System.nanoTime() - begun) / 1_000_000_000);
        crowd.send(0);
        nothingIsLost();
    }

    private static void start(int count) {
        var fresh = new ArrayList<Pod>();
        for (int i = 0; i < count; i++) {
            fresh.add(CLUSTER.add());
        }
        fresh.forEach(Pod::awaitReady);
        SERVING.addAll(fresh);
        crowd.ready(SERVING);
    }

    private static void end(Pod leaving) {
        leaving.terminate();
        await().until(() -> !leaving.running());
        assertTrue(!leaving.log().contains("the drain time is over"), leaving::log);
        CLUSTER.pods().remove(leaving);
    }

    /** The highest number of connections of a pod, divided by the mean. */
    private static double spread() {
        var each = SERVING.stream()
                .mapToDouble(pod -> pod.metric("bincang_connections"))
                .summaryStatistics();
        return each.getMax() / each.getAverage();
    }

    private static long busiestSecond(JsonNode told) {
        var dials = new ArrayList<Long>();
        told.path("dials").forEach(at -> dials.add(at.asLong()));
        return dials.stream()
                .mapToLong(from -> dials.stream()
                        .filter(at -> at >= from && at < from + 1000)
                        .count())
                .max()
                .orElse(0);
    }

    private static void nothingIsLost() {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            var told = crowd.tell();
            assertEquals(told.path("sent").asInt(), told.path("acked").asInt(), told.toString());
            assertEquals(0, told.path("behind").asInt(), told.toString());
            assertEquals(CLIENTS, told.path("joined").asInt(), told.toString());
        });
        var told = crowd.tell();
        report("%d messages sent and acknowledged", told.path("acked").asInt());
        assertTrue(told.path("acked").asInt() > RATE, told.toString());
        assertEquals(
                0,
                told.path("lost").asInt()
                        + told.path("twice").asInt()
                        + told.path("troubles").asInt(),
                told.toString());
    }

    private static void report(String format, Object... figures) {
        System.out.printf(Locale.ROOT, format + "%n", figures);
    }
}
