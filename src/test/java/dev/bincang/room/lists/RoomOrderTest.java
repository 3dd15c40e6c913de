package dev.bincang.room.lists;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.log.RoomViews.Glance;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The pages of a list that changes while it is read. */
class RoomOrderTest {

    private static Glance glance(String room, long time) {
        return new Glance(new RoomId(room), time, "public", 0, 0);
    }

    private static List<String> ids(RoomOrder.Part part) {
        return part.rooms().stream().map(RoomId::value).toList();
    }

    /** The next place, as a client hands it back. */
    private static @Nullable RoomOrder next(RoomOrder.Part part) {
        var next = part.next();
        return next == null ? null : RoomOrder.parse(next.cursor());
    }

    @Test
    void theNewestRoomComesFirstAndEqualTimesAreOrderedById() {
        var all = List.of(glance("b", 5), glance("c_x", 9), glance("a", 5), glance("d", 1));

        var first = RoomOrder.page(all, 10, null, 2);
        var second = RoomOrder.page(all, 11, next(first), 2);

        assertEquals(List.of("c_x", "a"), ids(first));
        assertEquals(List.of("b", "d"), ids(second));
        assertEquals(null, second.next());
    }

    @Test
    void aRoomThatMovesToTheTopComesOnTheNextPage() {
        var first = RoomOrder.page(List.of(glance("a", 3), glance("b", 2), glance("c", 1)), 10, null, 1);
        var moved = List.of(glance("a", 3), glance("b", 2), glance("c", 12));

        var second = RoomOrder.page(moved, 13, next(first), 2);

        assertEquals(List.of("c", "b"), ids(second));
        assertEquals(null, second.next());
    }

    @Test
    void noRoomIsMissedWhateverMovesBetweenThePages() {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var clock = 100L;
            var all = new ArrayList<Glance>();
            var count = 1 + random.nextInt(20);
            for (int i = 0; i < count; i++) {
                all.add(glance("room" + i, random.nextInt(100)));
            }
            var limit = 1 + random.nextInt(6);
            var seen = new HashSet<String>();
            RoomOrder after = null;
            var pages = 0;
            do {
                var same = random.nextBoolean(); // several rooms move in one millisecond

                var part = RoomOrder.page(List.copyOf(all), clock, after, limit);
                assertTrue(part.rooms().size() <= limit);
                seen.addAll(ids(part));
                after = next(part);
                for (int i = pages < 50 ? random.nextInt(8) : 0; i > 0; i--) {
                    clock += same ? 0 : random.nextInt(2);
                    var which = random.nextInt(count);
                    all.set(which, glance("room" + which, clock));
                }
                clock += random.nextInt(2);
                assertTrue(++pages < 300, "the list has an end, seed " + seed);
            } while (after != null);
            assertEquals(count, seen.size(), "seed " + seed);
        }
    }

    @Test
    void aCursorThatTheServerDoesNotMakeIsRefused() {
        for (var wrong : List.of(
                "", "7", "1~~2", "1~~2~", "1~~2~@ana", "-1~~2~a", "1~~2~A", "12345678901234567~~1~a", "1~@~2~a")) {
            assertThrows(Refusal.class, () -> RoomOrder.parse(wrong), wrong);
        }
    }
}
