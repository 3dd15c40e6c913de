package dev.bincang.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.protocol.RoomId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final RoomId GENERAL = new RoomId("general");
    private static final RoomId RANDOM = new RoomId("random");

    private final List<String> begun = new ArrayList<>();
    private final List<Boolean> reading = new ArrayList<>();
    private final Lanes lanes = new Lanes(reading::add, 4);
    private final Queue<Runnable> inFlight = new ArrayDeque<>();

    @Test
    void theFirstCommandStartsAtOnce() {
        run(GENERAL, "one");

        assertEquals(List.of("one"), begun);
    }

    @Test
    void theNextCommandStartsWhenThePreviousOneIsDone() {
        run(GENERAL, "one");
        run(GENERAL, "two");
        run(GENERAL, "three");
        assertEquals(List.of("one"), begun);

        inFlight.remove().run();
        assertEquals(List.of("one", "two"), begun);

        inFlight.remove().run();
        assertEquals(List.of("one", "two", "three"), begun);
    }

    @Test
    void roomsDoNotWaitForEachOther() {
        run(GENERAL, "general one");
        run(GENERAL, "general two");
        run(RANDOM, "random one");

        assertEquals(List.of("general one", "random one"), begun);
    }

    @Test
    void anEmptyLaneStartsTheNextCommandAtOnce() {
        run(GENERAL, "one");
        inFlight.remove().run();

        run(GENERAL, "two");

        assertEquals(List.of("one", "two"), begun);
    }

    @Test
    void aCommandThatEndsWhileItStartsKeepsTheOrder() {
        run(GENERAL, "one");
        for (var name : List.of("two", "three", "four")) {
            lanes.run(GENERAL, done -> {
                begun.add(name);
                done.run();
            });
        }
        run(GENERAL, "five");

        inFlight.remove().run();

        assertEquals(List.of("one", "two", "three", "four", "five"), begun);
    }

    @Test
    void aCommandThatIsAddedWhileAnotherEndsComesLast() {
        run(GENERAL, "one");
        lanes.run(GENERAL, done -> {
            begun.add("two");
            run(GENERAL, "four");
            inFlight.add(done);
        });
        run(GENERAL, "three");

        while (!inFlight.isEmpty()) {
            inFlight.remove().run();
        }

        assertEquals(List.of("one", "two", "three", "four"), begun);
    }

    private void run(RoomId room, String name) {
        lanes.run(room, done -> {
            begun.add(name);
            inFlight.add(done);
        });
    }

    @Test
    void readingPausesAtTheMaximumInFlightUntilHalfAreDone() {
        for (int i = 0; i < 4; i++) {
            lanes.begun();
        }
        assertEquals(List.of(false), reading);

        lanes.ended();
        assertEquals(List.of(false), reading);
        lanes.ended();
        assertEquals(List.of(false, true), reading);
    }

    @Test
    void theEndWaitsForCommandsInFlightAndNothingMoreIsRead() {
        lanes.begun();
        lanes.begun();
        lanes.end(() -> begun.add("the end"));
        assertEquals(List.of(false), reading);

        lanes.ended();
        assertEquals(List.of(), begun);
        lanes.ended();
        assertEquals(List.of("the end"), begun);
        assertEquals(List.of(false), reading.stream().distinct().toList());
    }

    @Test
    void withoutCommandsInFlightTheEndComesAtOnce() {
        lanes.end(() -> begun.add("the end"));
        assertEquals(List.of("the end"), begun);
    }
}
