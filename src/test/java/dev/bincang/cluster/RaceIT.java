package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.process.IdentityProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A member is removed while they try everything to read on. They get nothing after the event that removes them. */
class RaceIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final int LOOPS = 6;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(3)
            .behind(PROVIDER)
            .with("bincang.rooms.open", "false")
            .with("bincang.limits.joins-per-minute", "1000000");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    /** Everything that the user got from the room over any transport, and how often they were admitted. */
    private static final class Loot {
        private final Set<String> ids = ConcurrentHashMap.newKeySet();
        private final AtomicInteger joins = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();

        void events(JsonNode answer) {
            StreamSupport.stream(answer.path("events").spliterator(), false)
                    .forEach(event -> ids.add(event.path("id").asText()));
        }
    }

    private static int port(int number) {
        return CLUSTER.pod(number % 3).port();
    }

    @Test
    void aRemovedMemberRacingAHundredJoins() throws Exception {
        var owner = new Http(port(0), PROVIDER.token("owner"));
        var room = owner.post("/api/rooms", "{\"kind\":\"private\"}")
                .ok()
                .body()
                .path("id")
                .asText();
        var member = "/api/rooms/" + room + "/members/eva";
        var loot = new Loot();
        owner.put(member, "").ok();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var writer = Listener.of(port(1), PROVIDER.token("owner"), room)) {
            var writing = threads.submit(() -> {
                for (int i = 0; !loot.over.get(); i++) {
                    writer.ask("\"type\":\"send\",\"room\":\"" + room + "\",\"text\":\"" + i + "\"");
                }
            });
            var racing = new ArrayList<Future<?>>();
            for (int i = 0; i < LOOPS; i++) {
                var pod = i;
                racing.add(threads.submit(() -> race(port(pod), room, loot)));
            }
            for (int round = 0; round < 3; round++) {
                var joins = loot.joins.get();
                await().until(() -> loot.joins.get() > joins + 40);
                owner.delete(member).ok();
                owner.put(member, "").ok();
            }
            owner.delete(member).ok();
            var last = owner.post("/api/commands", send(room, "behind it")).ok().body();
            await().until(() -> writer.events(room).stream()
                    .anyMatch(one -> one.frame().path("id").equals(last.path("id"))));
            loot.over.set(true);
            writing.get();
            for (var each : racing) {
                each.get();
            }

            assertTrue(loot.joins.get() > 100, loot.joins + " joins");
            assertNothingStolen(owner, room, loot);
        }
    }

    private static String send(String room, String text) {
        return "{\"type\":\"send\",\"req\":1,\"room\":\"" + room + "\",\"text\":\"" + text + "\"}";
    }

    /** Joins, leaves and reads history by WebSocket and by HTTP, for as long as it takes. */
    private static void race(int port, String room, Loot loot) {
        var token = PROVIDER.token("eva");
        var http = new Http(port, token);
        try (var client = Listener.stranger(port)) {
            client.hello(token, Map.of());
            var after = "";
            while (!loot.over.get()) {
                var join = client.ask("\"type\":\"join\",\"room\":\"" + room + "\"" + after);
                if (join.path("type").asText().equals("ok")) {
                    loot.joins.incrementAndGet();
                    after = ",\"after\":\"" + join.path("head").asText() + "\"";
                }
                loot.events(client.ask("\"type\":\"history\",\"room\":\"" + room + "\",\"limit\":20"));
                loot.events(http.post(
                                "/api/commands",
                                "{\"type\":\"history\",\"req\":1,\"room\":\"" + room + "\",\"limit\":20}")
                        .body());
                client.ask("\"type\":\"leave\",\"room\":\"" + room + "\"");
            }
            client.ask("\"type\":\"ping\"");
            client.events(room)
                    .forEach(one -> loot.ids.add(one.frame().path("id").asText()));
        }
    }

    /**
     * Only the last removal counts here. What was said between a removal and a new membership, the user may read later.
     * ExpulsionIT shows that the earlier removals end subscriptions.
     */
    private static void assertNothingStolen(Http owner, String room, Loot loot) {
        var forbidden = new HashSet<String>();
        var before = "";
        var ended = false;
        while (!ended) {
            var page = owner.post(
                            "/api/commands", "{\"type\":\"history\",\"req\":1,\"room\":\"" + room + "\"" + before + "}")
                    .ok()
                    .body();
            List<JsonNode> events = StreamSupport.stream(page.path("events").spliterator(), false)
                    .toList();
            for (var event : events.reversed()) {
                if (event.path("change").asText().equals("removed")) {
                    ended = true;
                    break;
                }
                forbidden.add(event.path("id").asText());
            }
            before = ",\"before\":\"" + events.getFirst().path("id").asText() + "\"";
        }

        assertTrue(!forbidden.isEmpty(), "no event came after the removal, so this test proves nothing");
        forbidden.retainAll(loot.ids);
        assertEquals(Set.of(), forbidden);
    }

    @Test
    void visitorsOfARoomThatIsMadePrivate() {
        var owner = new Http(port(0), PROVIDER.token("owner"));
        owner.post("/api/rooms", "{\"id\":\"closing\"}").ok();
        var visitors = new ArrayList<Listener>();
        for (int i = 0; i < 9; i++) {
            visitors.add(Listener.of(port(i), PROVIDER.token("visitor-" + i), "closing"));
        }

        owner.patch("/api/rooms/closing", "{\"kind\":\"private\"}").ok();
        owner.post("/api/commands", send("closing", "among us")).ok();

        await().until(() ->
                visitors.stream().noneMatch(one -> one.heard("denied").isEmpty()));
        for (var one : visitors) {
            assertEquals("room", one.events("closing").getLast().type());
            one.close();
        }
    }
}
