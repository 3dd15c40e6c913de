package dev.bincang.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.log.Entry;
import dev.bincang.protocol.Id;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingTest {

    private static final int UNBOUNDED = 1 << 20;

    private final Ring ring = new Ring(4, UNBOUNDED);

    @Test
    void anEmptyRingKnowsNothing() {
        assertNull(ring.after(Id.ZERO));
        assertFalse(ring.contains(Id.ZERO));
        assertEquals(List.of(), ring.ids());
    }

    @Test
    void theEventsAfterAPositionAreFound() {
        var entries = chain(Id.ZERO, 3);
        entries.forEach(ring::add);

        assertEquals(entries.get(0), ring.after(Id.ZERO));
        assertEquals(entries.get(2), ring.after(entries.get(1).id()));
        assertNull(ring.after(entries.get(2).id()), "the newest");
    }

    @Test
    void theSameSeqWithAnotherTagIsNotFound() {
        var entries = chain(Id.ZERO, 3);
        entries.forEach(ring::add);
        var other = new Id(2, entries.get(1).id().tag() + 1);

        assertTrue(ring.contains(entries.get(1).id()));
        assertFalse(ring.contains(other));
        assertNull(ring.after(other));
    }

    // ---- bounds

    @Test
    void theOldestEntriesAreEvictedAtTheMaximumNumber() {
        var entries = chain(new Id(100, 7), 10);
        entries.forEach(ring::add);

        assertEquals(idsNewestFirst(entries.subList(5, 10)), ring.ids(), "four, and the one before");
        assertFalse(ring.contains(entries.get(5).id()));
        assertEquals(entries.get(6), ring.after(entries.get(5).id()));
        assertNull(ring.after(entries.get(4).id()));
    }

    @Test
    void theNumberIsRoundedUpToAPowerOfTwo() {
        for (var wanted : List.of(1, 2, 3, 100, 128)) {
            var rounded = new Ring(wanted, UNBOUNDED);
            chain(Id.ZERO, 1000).forEach(rounded::add);

            var kept = rounded.ids().size() - 1;
            assertTrue(kept >= wanted && kept < Math.max(3, 2 * wanted), wanted + " wanted, kept " + kept);
            assertEquals(1, Integer.bitCount(kept));
        }
    }

    @Test
    void theOldestEntriesAreEvictedAtTheMaximumBytes() {
        var small = new Ring(64, 100);
        var entries = chain(Id.ZERO, 20, 30);
        entries.forEach(small::add);

        assertEquals(idsNewestFirst(entries.subList(16, 20)), small.ids(), "three of 30 bytes, and the one before");
    }

    @Test
    void anEntryLargerThanTheMaximumIsKeptAlone() {
        var small = new Ring(64, 100);
        var entries = new ArrayList<>(chain(Id.ZERO, 3, 30));
        entries.addAll(chain(entries.getLast().id(), 1, 1000));
        entries.forEach(small::add);
        assertEquals(idsNewestFirst(entries.subList(2, 4)), small.ids());

        var next = chain(entries.getLast().id(), 1, 30).getFirst();
        small.add(next);

        assertEquals(List.of(next.id(), next.prev()), small.ids());
    }

    @Test
    void evictionTruncationAndClearingFreeBytes() {
        var small = new Ring(4, 120);
        var entries = chain(Id.ZERO, 50, 30);
        for (var entry : entries) {
            small.add(entry);
            if (entry.id().seq() % 7 == 0) {
                small.truncate(entry.prev());
                small.add(entry);
            }
            if (entry.id().seq() % 20 == 0) {
                small.clear();
            }
        }

        assertEquals(5, small.ids().size());
    }

    // ---- filling backwards

    @Test
    void anEmptyRingIsFilledBackwardsFromThePositionOfTheFeed() {
        var entries = chain(Id.ZERO, 10);

        ring.prepend(entries, entries.getLast().id());

        assertEquals(idsNewestFirst(entries.subList(5, 10)), ring.ids());
    }

    @Test
    void entriesNewerThanTheFeedAreLeftOut() {
        var entries = chain(Id.ZERO, 10);

        ring.prepend(entries, entries.get(7).id());

        assertEquals(idsNewestFirst(entries.subList(3, 8)), ring.ids());
    }

    @Test
    void olderEntriesAreChainedToTheExistingOnes() {
        var entries = chain(Id.ZERO, 10);
        ring.add(entries.get(8));
        ring.add(entries.get(9));

        ring.prepend(entries, entries.getLast().id());

        assertEquals(idsNewestFirst(entries.subList(5, 10)), ring.ids());
    }

    @Test
    void entriesThatDoNotChainAreIgnored() {
        var entries = chain(Id.ZERO, 6);
        var others = chain(Id.ZERO, 5, 10, 99);
        ring.add(entries.getLast());

        ring.prepend(others, entries.getLast().id());

        assertEquals(List.of(entries.get(5).id(), entries.get(4).id()), ring.ids());
        assertFalse(ring.contains(others.getLast().id()));
    }

    @Test
    void anEmptyRingIgnoresAnotherHistory() {
        var entries = chain(Id.ZERO, 6);

        ring.prepend(chain(Id.ZERO, 6, 10, 99), entries.getLast().id());

        assertEquals(List.of(), ring.ids());
    }

    @Test
    void fillingStopsAtTheMaximumBytes() {
        var small = new Ring(64, 100);
        var entries = chain(Id.ZERO, 20, 30);

        small.prepend(entries, entries.getLast().id());

        assertEquals(idsNewestFirst(entries.subList(16, 20)), small.ids());
    }

    @Test
    void aFilledRingAcceptsNewEntries() {
        var entries = chain(Id.ZERO, 12);
        ring.prepend(entries.subList(0, 6), entries.get(5).id());
        entries.subList(6, 12).forEach(ring::add);

        assertEquals(idsNewestFirst(entries.subList(7, 12)), ring.ids());
    }

    // ---- resets

    @Test
    void truncateDropsNewerEntries() {
        var entries = chain(Id.ZERO, 4);
        entries.forEach(ring::add);

        ring.truncate(entries.get(1).id());

        assertEquals(idsNewestFirst(List.of(entries.get(0), entries.get(1)), Id.ZERO), ring.ids());
        assertFalse(ring.contains(entries.get(2).id()));
        assertNull(ring.after(entries.get(1).id()));
    }

    @Test
    void afterTruncateAnotherHistoryCanFollow() {
        var entries = chain(Id.ZERO, 4);
        entries.forEach(ring::add);
        var others = chain(entries.get(1).id(), 3, 10, 99);

        ring.truncate(entries.get(1).id());
        others.forEach(ring::add);

        assertEquals(others.getFirst(), ring.after(entries.get(1).id()));
        assertEquals(others.getLast().id(), ring.ids().getFirst());
        assertFalse(ring.contains(entries.get(2).id()));
    }

    @Test
    void truncateToThePredecessorOfTheOldestEntryEmptiesTheRing() {
        var entries = chain(new Id(100, 7), 6);
        entries.forEach(ring::add);

        ring.truncate(entries.get(1).id());
        assertEquals(List.of(), ring.ids());

        chain(entries.get(1).id(), 2, 10, 99).forEach(ring::add);
        assertEquals(3, ring.ids().size());
    }

    @Test
    void anEmptiedRingCanStartAnywhere() {
        chain(new Id(100, 7), 6).forEach(ring::add);
        ring.truncate(Id.ZERO);
        assertEquals(List.of(), ring.ids());
        chain(Id.ZERO, 2, 10, 99).forEach(ring::add);
        assertEquals(Id.ZERO, ring.ids().getLast());

        ring.clear();
        assertEquals(List.of(), ring.ids());
        chain(new Id(5000, 1), 2).forEach(ring::add);
        assertEquals(new Id(5000, 1), ring.ids().getLast());
    }

    // ---- entries

    private static List<Entry> chain(Id from, int count) {
        return chain(from, count, 10);
    }

    private static List<Entry> chain(Id from, int count, int bytes) {
        return chain(from, count, bytes, 40);
    }

    private static List<Entry> chain(Id from, int count, int bytes, long tag) {
        var entries = new ArrayList<Entry>();
        var last = from;
        for (int i = 0; i < count; i++) {
            entries.add(entry(new Id(last.seq() + 1, tag + i), last, bytes));
            last = entries.getLast().id();
        }
        return entries;
    }

    private static Entry entry(Id id, Id prev, int bytes) {
        return new Entry(id, prev, "message", "ana", new byte[bytes]);
    }

    /** The ids of these. The first one is the predecessor of the oldest entry in the ring. */
    private static List<Id> idsNewestFirst(List<Entry> entries) {
        return entries.reversed().stream().map(Entry::id).toList();
    }

    private static List<Id> idsNewestFirst(List<Entry> entries, Id before) {
        var ids = new ArrayList<>(idsNewestFirst(entries));
        ids.add(before);
        return ids;
    }
}
