package dev.bincang.deploy;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.RoomId;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.history.Truth;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.Pod;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a pod does between SIGTERM and its end, and when it has too many connections. */
class DrainIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final int DRAIN_MS = 3_000;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(0)
            .behind(PROVIDER)
            .with("bincang.drain.time", DRAIN_MS + "ms")
            .with("bincang.redis.timeout", "1m"); // a test delays Redis' replies

    private final List<Listener> clients = new ArrayList<>();
    private Pod pod;

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @BeforeEach
    void start() {
        start(Map.of());
    }

    private void start(Map<String, String> own) {
        pod = CLUSTER.add(own);
        pod.awaitReady();
        await().until(pod::ready);
    }

    @AfterEach
    void end() throws Exception {
        for (var client : clients) {
            client.close();
        }
        pod.close();
        CLUSTER.pods().remove(pod);
        CLUSTER.links().removeLast().close();
    }

    private Listener client(String user) {
        var client = Listener.of(pod.port(), PROVIDER.token(user));
        clients.add(client);
        return client;
    }

    @Test
    void eachClientGetsItsOwnTimeEvenlySpreadAndIsClosedThen() {
        var many = IntStream.range(0, 12).mapToObj(i -> client("user-" + i)).toList();
        var begun = System.nanoTime();
        pod.terminate();
        await().until(() -> many.stream().allMatch(client -> client.closeCode() != 0));

        var moments = many.stream()
                .map(client -> client.heard("drain").getFirst())
                .mapToLong(drain -> drain.frame().path("inMs").asLong())
                .sorted()
                .toArray();
        for (int i = 1; i < moments.length; i++) {
            // There are several event loops. Each spreads its own connections.
            assertTrue(moments[i] - moments[i - 1] < DRAIN_MS / 2, () -> Arrays.toString(moments));
        }
        assertTrue(moments[0] >= DRAIN_MS / 8 && moments[11] <= DRAIN_MS && moments[11] > DRAIN_MS * 3 / 4);
        for (var client : many) {
            assertEquals(4200, client.closeCode());
            var toldMs = client.heard("drain").getFirst().frame().path("inMs").asLong();
            var closedMs = TimeUnit.NANOSECONDS.toMillis(client.closedNanos() - begun);
            assertTrue(closedMs >= toldMs - 50, "told " + toldMs + ", closed after " + closedMs);
        }
        await().until(() -> !pod.running());
        assertInTime(pod);
    }

    @Test
    void newConnectionsAreRefusedAndOpenOnesAreAnswered() {
        var ana = client("ana");
        var http = new Http(pod.port(), PROVIDER.token("ben"));
        assertTrue(http.post("/api/commands", say("before"))
                .ok()
                .headers()
                .firstValue("Connection")
                .isEmpty());
        pod.terminate();
        await().until(() -> !ana.heard("drain").isEmpty());

        assertTrue(!pod.ready() && pod.live());
        var refused = assertThrows(UncheckedIOException.class, () -> RawClient.stranger(pod.port()));
        assertTrue(refused.getMessage().contains("503"), refused.getMessage());
        var listen = http.get("/api/events?room=late");
        assertEquals(503, listen.status());
        assertTrue(List.of("1", "2")
                .contains(listen.headers().firstValue("Retry-After").orElse("")));
        var said = http.post("/api/commands", say("meanwhile")).ok();
        assertEquals("close", said.headers().firstValue("Connection").orElse(""));
        assertEquals(
                "ok",
                ana.ask("\"type\":\"send\",\"room\":\"late\",\"text\":\"me too\"")
                        .path("type")
                        .asText());
    }

    /** Otherwise the client polls again on the open connection, and is refused. */
    @Test
    void aPollThatEndsDuringTheDrainClosesItsConnection() {
        var ana = client("ana");
        var http = new Http(pod.port(), PROVIDER.token("ben"));
        var poll = CompletableFuture.supplyAsync(
                () -> http.ask("GET", "/api/events?room=late", BodyPublishers.noBody(), "Prefer", "wait=10"));
        await().until(() -> pod.metric("bincang_connections") == 2);
        pod.terminate();
        await().until(() -> !ana.heard("drain").isEmpty());
        ana.ask("\"type\":\"send\",\"room\":\"late\",\"text\":\"news\"");

        var news = poll.join().ok();
        assertEquals("message", news.body().path("frames").path(0).path("type").asText(), news.toString());
        assertEquals("close", news.headers().firstValue("Connection").orElse(""));
    }

    private static String say(String text) {
        return "{\"type\":\"send\",\"req\":1,\"room\":\"late\",\"text\":\"" + text + "\"}";
    }

    /** The drain time is far longer than the test waits. */
    @Test
    void thePodEndsAsSoonAsTheLastClientHasLeft() throws Exception {
        end();
        start(Map.of("bincang.drain.time", "10m"));
        var ana = client("ana");
        var ben = client("ben");
        pod.terminate();
        await().until(() -> !ana.heard("drain").isEmpty() && !ben.heard("drain").isEmpty());
        ana.close();
        ben.close();
        await().alias("the end of a pod without clients").until(() -> !pod.running());
    }

    @Test
    void commandsInFlightAreAnsweredBeforeTheClose() {
        var redis = CLUSTER.links().getLast();
        var ana = client("ana");
        ana.ask("\"type\":\"send\",\"room\":\"under-way\",\"text\":\"one\"");
        var before = logged("under-way");
        redis.delayReplies(Duration.ofMinutes(1));
        var later = ana.later("\"type\":\"send\",\"room\":\"under-way\",\"text\":\"two\"");
        await().until(() -> logged("under-way") > before);
        pod.terminate();
        await().until(() -> !ana.heard("drain").isEmpty());
        var drain = ana.heard("drain").getFirst();
        var moment = drain.nanos()
                + TimeUnit.MILLISECONDS.toNanos(drain.frame().path("inMs").asLong());
        await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() > moment + 250_000_000);

        assertTrue(!later.isDone(), () -> "the answer came before the time to close: " + later.join());
        redis.delayReplies(Duration.ZERO);
        var answer = later.join();
        assertEquals("ok", answer.path("type").asText(), answer.toString());
        await().until(() -> ana.closeCode() == 4200);
        await().until(() -> !pod.running());
        assertInTime(pod);
    }

    private static long logged(String room) {
        return (Long)
                CLUSTER.redis().command("XLEN", Truth.KEYS.of(new RoomId(room)).log());
    }

    private static void assertInTime(Pod ended) {
        assertFalse(ended.log().contains("the drain time is over"), ended::log);
    }

    @Test
    void aPodWhoseEventLoopsLagAcceptsNobodyUntilTheyRecover() throws Exception {
        end();
        start(Map.of("bincang.connection.max-lag", "500ms"));
        await().ignoreExceptions().until(() -> client("ana") != null);
        var ana = clients.getLast();
        pod.freeze();
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        pod.thaw();
        var refused = assertThrows(
                UncheckedIOException.class,
                () -> IntStream.range(0, 20)
                        .forEach(_ -> RawClient.stranger(pod.port()).close()));
        assertTrue(refused.getMessage().contains("503"), refused.getMessage());
        assertTrue(pod.metric("bincang_event_loop_lag_seconds") > 0.1);
        await().until(pod::ready);
        assertEquals("ok", ana.ask("\"type\":\"ping\"").path("type").asText());
        await().ignoreExceptions().until(() -> client("ben") != null);
    }
}
