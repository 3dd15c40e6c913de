package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.Over;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every transport owes its clients, the same for all five: each request may reach another pod. */
@Execution(ExecutionMode.CONCURRENT)
class TransportsIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final AtomicInteger ROOMS = new AtomicInteger();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .behind(PROVIDER)
            .with("bincang.http.heartbeat", "1s")
            .with("bincang.connection.outbox", "64K")
            .with("bincang.drain.time", "2s");

    private final String room = "transports-" + ROOMS.incrementAndGet();
    private Listener ana;
    private Listener ben;

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @BeforeEach
    void twoWhoWrite() {
        ana = Listener.of(CLUSTER.pod(0).port(), PROVIDER.token("ana"));
        ben = Listener.of(CLUSTER.pod(1).port(), PROVIDER.token("ben"));
    }

    @AfterEach
    void hangUp() {
        ana.close();
        ben.close();
    }

    private static List<Integer> ports() {
        return List.of(CLUSTER.pod(0).port(), CLUSTER.pod(1).port());
    }

    private static Ear ear(Over over, String user, String room, String position) {
        return new Ear(over, ports(), PROVIDER.token(user), Map.of(room, position));
    }

    private CompletableFuture<?> send(Listener writer, String text) {
        return writer.later("\"type\":\"send\",\"room\":\"" + room + "\",\"text\":\"" + text + "\"")
                .thenAccept(answer -> assertEquals("ok", answer.path("type").asText(), answer.toString()));
    }

    private void post(int count) {
        CompletableFuture.allOf(IntStream.range(0, count)
                        .mapToObj(i -> send(i % 2 == 0 ? ana : ben, "m" + i))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    /** All of them, in order, none twice: whoever resumes exactly where he was is told nothing again. */
    private void hasAll(Ear ear, long last) {
        await().until(() -> ear.seqs(room).contains(last));
        assertEquals(upTo(last), ear.seqs(room));
    }

    @ParameterizedTest
    @EnumSource
    void allHearTheSameInTheSameOrder(Over over) {
        try (var first = ear(over, "cid", room, "0-0");
                var second = ear(over, "dan", room, "0-0")) {
            post(200);
            hasAll(first, 200);
            hasAll(second, 200);
            assertEquals(first.heard("message"), second.heard("message"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void fromNowOnIsFromNowOn(Over over) {
        post(10);
        try (var ear = ear(over, "cid", room, "")) {
            var said = new AtomicInteger(10);
            await().until(() -> {
                post(1);
                said.incrementAndGet();
                return !ear.seqs(room).isEmpty();
            });
            await().until(() -> ear.seqs(room).contains(said.longValue()));
            var first = ear.seqs(room).getFirst();
            assertTrue(first > 10, "the first was " + first);
            assertEquals(LongStream.rangeClosed(first, said.get()).boxed().toList(), ear.seqs(room));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoGoesFromPodToPodLosesNothing(Over over) {
        try (var ear = ear(over, "cid", room, "0-0")) {
            for (int i = 0; i < 12; i++) {
                var before = ear.connections();
                post(10);
                await().until(() -> {
                    ear.hop(); // again where it was just between two
                    return ear.connections() > before;
                });
            }
            await().until(() -> ear.seqs(room).contains(120L));
            // What was on its way when he cut the connection comes again; in order it is all the same.
            assertEquals(upTo(120), ear.seqs(room).stream().distinct().toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsTrimmedIsToldAsAGap(Over over) {
        post(100);
        CLUSTER.trim(room, 10);
        try (var ear = ear(over, "cid", room, "0-0")) {
            await().until(() -> ear.seqs(room).contains(100L));
            assertEquals(LongStream.rangeClosed(91, 100).boxed().toList(), ear.seqs(room));
            var gap = ear.heard("gap").getFirst();
            assertEquals(1, gap.path("fromSeq").asLong());
            assertEquals(90, gap.path("toSeq").asLong());
            post(1);
            await().until(() -> ear.seqs(room).contains(101L));
            assertEquals(1, ear.heard("gap").size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPositionThatNeverWasIsToldAsAReset(Over over) {
        post(20);
        try (var ear = ear(over, "cid", room, "7-1")) {
            hasAll(ear, 20);
            assertEquals("0-0", ear.heard("reset").getFirst().path("from").asText());
            post(1);
            hasAll(ear, 21);
            assertEquals(1, ear.heard("reset").size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlowReaderGetsAllAndHoldsUpNobody(Over over) {
        var text = "x".repeat(3_000);
        try (var slow = ear(over, "cid", room, "0-0");
                var quick = ear(over, "dan", room, "0-0")) {
            post(1);
            hasAll(slow, 1);
            slow.pause();
            for (int i = 0; i < 8; i++) {
                CompletableFuture.allOf(IntStream.range(0, 250)
                                .mapToObj(_ -> send(ana, text))
                                .toArray(CompletableFuture[]::new))
                        .join();
            }
            hasAll(quick, 2_001);
            slow.resume();
            hasAll(slow, 2_001);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsPutOutHearsThatAndNothingMore(Over over) {
        var owner = new Http(ports().getFirst(), PROVIDER.token("owner"));
        var secret = owner.post("/api/rooms", "{\"kind\":\"private\"}")
                .ok()
                .body()
                .path("id")
                .asText();
        owner.put("/api/rooms/" + secret + "/members/eva", "").ok();
        try (var eva = ear(over, "eva", secret, "0-0")) {
            await().until(() -> eva.heard("member").size() == 1);
            owner.delete("/api/rooms/" + secret + "/members/eva").ok();
            owner.post(
                            "/api/commands",
                            "{\"type\":\"send\",\"req\":1,\"room\":\"" + secret + "\",\"text\":\"at last\"}")
                    .ok();
            await().until(() -> !eva.heard("denied").isEmpty());
            if (!over.polls()) { // who asks only now and then asks as one who is out already
                assertEquals(2, eva.heard("member").size());
            }
            assertTrue(eva.heard("message").isEmpty(), eva.heard().toString());
        }
        try (var late = ear(over, "eva", secret, "1-1")) {
            await().until(() ->
                    late.heard().stream().anyMatch(frame -> frame.toString().contains("denied")));
            assertTrue(late.heard("message").isEmpty(), late.heard().toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoseTokenEndsIsSentAway(Over over) {
        var ending = PROVIDER.token("cid", claims -> {
            var end = NumericDate.now();
            end.addSeconds(3);
            claims.setExpirationTime(end);
        });
        try (var ear = new Ear(over, ports(), ending, Map.of(room, "0-0"))) {
            post(3);
            hasAll(ear, 3);
            await().until(() -> !ear.end().isEmpty());
            assertEquals(over.polls() ? "unauthorized" : "4102", ear.end());
            assertEquals(over.polls(), ear.heard("token_expiring").isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoseTokenIsRevokedIsSentAway(Over over) {
        var user = "revoked-" + over.name();
        try (var ear = ear(over, user, room, "0-0")) {
            post(3);
            hasAll(ear, 3);
            new Http(ports().getFirst(), PROVIDER.admin("root"))
                    .post("/api/users/" + user + "/revoke", "")
                    .ok();
            Promptness.awaitWithin(Duration.ofSeconds(3), () -> !ear.end().isEmpty());
            assertEquals(over.polls() ? "forbidden" : "4003", ear.end());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "EVENTS"})
    void aStreamThatHasNothingToSayShowsSignsOfLife(Over over) {
        try (var ear = ear(over, "cid", room, "")) {
            await().until(() -> ear.beats() >= 2);
            assertEquals(1, ear.connections());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPodThatDiesIsLeftForTheOther(Over over) {
        assertTrue(leftForTheOther(over, Pod::kill).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void aPodThatEndsSaysSoAndIsLeftForTheOther(Over over) {
        var drain = leftForTheOther(over, Pod::terminate); // of those who poll it may end between two answers
        assertTrue(over.polls() || drain.getFirst().path("inMs").asLong() <= 2_000);
    }

    private List<JsonNode> leftForTheOther(Over over, Consumer<Pod> end) {
        var third = CLUSTER.add();
        third.awaitReady();
        try (var ear =
                new Ear(over, List.of(third.port(), ports().getFirst()), PROVIDER.token("cid"), Map.of(room, "0-0"))) {
            post(10);
            hasAll(ear, 10);
            end.accept(third);
            post(10);
            hasAll(ear, 20);
            await().until(() -> !third.running());
            assertTrue(!third.log().contains("the drain time is over"), third::log);
            post(1);
            hasAll(ear, 21);
            return ear.heard("drain");
        }
    }
}
