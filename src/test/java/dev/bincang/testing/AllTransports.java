package dev.bincang.testing;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.client.Ear;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Over;
import dev.bincang.testing.history.Truth;
import dev.bincang.testing.history.Truth.Entry;
import dev.bincang.testing.process.Pod;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A client of each transport in the room of a {@link Scene}, from its first event. */
public final class AllTransports implements AutoCloseable {

    private final Scene scene;
    private final Map<Over, Ear> ears = new EnumMap<>(Over.class);

    public AllTransports(Scene scene, List<Pod> pods) {
        this.scene = scene;
        var ports = pods.stream().map(Pod::port).toList();
        for (var over : Over.values()) {
            var guest = Http.guest(ports.getFirst(), "Guest of " + over);
            ears.put(over, new Ear(over, ports, guest.token(), Map.of(scene.room(), "0-0")));
        }
    }

    /** Waits until everyone has heard an event. */
    public AllTransports awaitStarted() {
        await().until(() ->
                ears.values().stream().noneMatch(ear -> ear.seqs(scene.room()).isEmpty()));
        return this;
    }

    /** Everyone reconnects, to the other pod. */
    public void hop() {
        ears.values().forEach(Ear::hop);
    }

    /**
     * Waits until everyone has the newest event. Fails if somebody misses one, or hears them in another order. To be called
     * after {@link Scene#check}.
     *
     * @param resets whether events may be lost, if that is announced
     */
    public void check(boolean resets) {
        var head = scene.truth().head();
        ears.forEach((over, ear) -> {
            await().alias(over + " hears " + head)
                    .until(() -> ear.heard().stream()
                            .anyMatch(frame -> frame.path("id").asText().equals(head)));
            check(over, ear.heard(), resets);
        });
    }

    private void check(Over over, List<JsonNode> heard, boolean resets) {
        var prev = new HashMap<String, String>();
        scene.truth().log().forEach(entry -> prev.put(entry.id(), entry.prev()));
        Set<String> known = new HashSet<>();
        var at = "0-0";
        for (var frame : heard) {
            var type = frame.path("type").asText();
            assertTrue(!type.equals("gap") && !type.equals("denied"), over + " heard " + frame);
            if (type.equals("reset")) {
                assertTrue(resets, over + " heard " + frame);
                at = frame.path("from").asText();
                known.clear();
            } else if (frame.has("seq") && known.add(frame.path("id").asText())) {
                var id = frame.path("id").asText();
                assertEquals(Truth.seq(at) + 1, Truth.seq(id), over + " heard " + id + " after " + at);
                assertEquals(prev.getOrDefault(id, at), at, over + " heard " + id + " after " + at);
                at = id;
            }
        }
        assertEquals(scene.truth().log().stream().map(Entry::id).toList().getLast(), at, over + " ends elsewhere");
    }

    @Override
    public void close() {
        ears.values().forEach(Ear::close);
    }
}
