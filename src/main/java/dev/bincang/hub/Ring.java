package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.protocol.Id;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the newest events of a room, bounded in number and bytes. One thread writes. Any thread may read, without
 * a lock, because each entry names the event before it and so proves its own place.
 */
final class Ring {

    private final AtomicReferenceArray<@Nullable Entry> slots;
    private final long maxBytes;
    private final Forks forks = new Forks();
    private long oldest = 1; // seq of the oldest entry; the ring is empty if oldest > newest
    private long newest;
    private long bytes;
    private int changes;

    Ring(int events, long maxBytes) {
        slots = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(2, events) * 2 - 1));
        this.maxBytes = maxBytes;
    }

    private int slot(long seq) {
        return (int) (seq & (slots.length() - 1));
    }

    /** Returns the event that follows a position, or null if the ring does not hold it. Any thread. */
    @Nullable
    Entry after(Id position) {
        var entry = slots.get(slot(position.seq() + 1));
        return entry != null && entry.prev().equals(position) ? entry : null;
    }

    /** Returns the events after a position that the ring holds. The last may exceed the bytes. Any thread. */
    List<Entry> page(Id position, int maxEvents, int maxPageBytes) {
        var page = new ArrayList<Entry>();
        long size = 0;
        for (var next = after(position);
                next != null && page.size() < maxEvents && size < maxPageBytes;
                next = after(next.id())) {
            page.add(next);
            size += next.json().length;
        }
        return page;
    }

    /** Whether the ring holds this event. Any thread. */
    boolean contains(Id id) {
        var entry = slots.get(slot(id.seq()));
        return entry != null && entry.id().equals(id);
    }

    /**
     * Adds the event that follows the newest entry. Evicts the oldest entries if the ring is full. If the event changes a
     * message, the ring drops what the message had before.
     */
    void add(Entry entry) {
        if (entry.target() != null) {
            change(entry);
        }
        var seq = entry.id().seq();
        if (oldest > newest) {
            oldest = seq;
        }
        while (seq - oldest >= slots.length()) {
            evict();
        }
        slots.set(slot(seq), entry);
        newest = seq;
        bytes += entry.json().length;
        while (bytes > maxBytes && oldest < newest) {
            evict();
        }
    }

    /** The number of events so far that changed a message. */
    int changes() {
        return changes;
    }

    /** Changes the message in the ring, and the earlier events that changed it. */
    private void change(Entry change) {
        changes++;
        for (long seq = oldest; seq <= newest; seq++) {
            var entry = some(seq);
            var changed = entry.after(change);
            bytes += changed.json().length - entry.json().length;
            slots.set(slot(seq), changed);
        }
    }

    private void evict() {
        var entry = slots.get(slot(oldest));
        if (entry != null) {
            bytes -= entry.json().length;
            forks.passed(entry.id());
        }
        slots.set(slot(oldest), null);
        oldest++;
    }

    /** Adds older entries, newest first, while they fit and link to the oldest here; to {@code last} if empty. */
    void prepend(List<Entry> older, Id last) {
        for (var entry : older.reversed()) {
            var empty = oldest > newest;
            var behind = empty ? last : some(oldest).prev();
            if (!entry.id().equals(behind)) {
                if (entry.id().seq() > behind.seq()) {
                    continue; // the ring holds it already
                }
                return;
            }
            if (newest - entry.id().seq() + 1 > slots.length() && !empty) {
                return;
            }
            if (bytes + entry.json().length > maxBytes) {
                return;
            }
            slots.set(slot(entry.id().seq()), entry);
            bytes += entry.json().length;
            oldest = entry.id().seq();
            if (empty) {
                newest = oldest;
            }
        }
    }

    /** As {@link Forks#before}. Any thread. */
    Id forkBefore(Id position) {
        return forks.before(position);
    }

    /** Returns ids of the history so far, newest first: all that the ring holds, and some of those it evicted. */
    List<Id> known() {
        var known = ids();
        known.addAll(forks.checkpoints());
        return known;
    }

    /**
     * Drops everything after {@code from}, where the log's history continues differently. Returns the known ids that
     * are void.
     *
     * @param last the end of the history so far
     */
    Set<Id> fallBack(Id from, Id last) {
        var dropped = new HashSet<>(known());
        dropped.add(last);
        dropped.removeIf(id -> id.seq() <= from.seq()); // both histories share these
        evictChangedAfter(from);
        truncate(from);
        forks.reset(from, dropped);
        return dropped;
    }

    /** Events after {@code from} are void. Evicts each message up to {@code from} that a void event has changed. */
    private void evictChangedAfter(Id from) {
        for (long seq = Math.max(oldest, from.seq() + 1); seq <= newest; seq++) {
            var target = some(seq).target();
            while (target != null && holdsChanged(target, from)) {
                evict();
            }
        }
    }

    /** Whether the ring holds, up to {@code to}, a message or an event that changed it. */
    private boolean holdsChanged(Id message, Id to) {
        for (long seq = oldest; seq <= Math.min(newest, to.seq()); seq++) {
            var entry = some(seq);
            if (entry.id().equals(message) || message.equals(entry.target())) {
                return true;
            }
        }
        return false;
    }

    private Entry some(long seq) {
        var entry = slots.get(slot(seq));
        if (entry == null) {
            throw new IllegalStateException("a hole in the ring at " + seq);
        }
        return entry;
    }

    /** Returns all ids in the ring, newest first, and the id before the oldest. */
    List<Id> ids() {
        var ids = new ArrayList<Id>();
        for (long seq = newest; seq >= oldest; seq--) {
            ids.add(some(seq).id());
        }
        if (oldest <= newest) {
            ids.add(some(oldest).prev());
        }
        return ids;
    }

    /** Drops all entries that are newer than {@code id}. */
    void truncate(Id id) {
        while (newest >= oldest && newest > id.seq()) {
            var entry = some(newest);
            bytes -= entry.json().length;
            slots.set(slot(newest), null);
            newest--;
        }
    }

    void clear() {
        for (long seq = oldest; seq <= newest; seq++) {
            forks.passed(some(seq).id());
        }
        truncate(Id.ZERO);
        oldest = 1;
        newest = 0;
    }

    /**
     * Remembers ids that help to find where a room's history forked: a sample of the ids that left the ring, sparser
     * with age, and the ids that the latest resets made void. Without them, a client would start again at the very
     * first event after a rollback deeper than the ring. One thread writes; any thread may call {@link #before}.
     */
    static final class Forks {

        private static final int CHECKPOINTS = 64;
        /** Only ids whose seq is a multiple of this are kept. */
        private static final int STEP = 8;

        private static final int RESETS = 4;

        private record Reset(Id from, Set<Id> dropped) {}

        /** Oldest first. */
        private final List<Id> checkpoints = new ArrayList<>();

        private volatile List<Reset> resets = List.of();

        /** This event leaves the ring. */
        void passed(Id id) {
            if (id.seq() % STEP == 0
                    && (checkpoints.isEmpty()
                            || id.seq() > checkpoints.getLast().seq())) {
                checkpoints.add(id);
                if (checkpoints.size() > CHECKPOINTS) {
                    checkpoints.remove(least());
                }
            }
        }

        /** Index of the one whose neighbours are closest for their age. Removing it makes distances grow with age. */
        private int least() {
            var end = checkpoints.getLast().seq() + STEP;
            var least = 1;
            var smallest = 1.0;
            for (int i = 1; i < checkpoints.size() - 1; i++) {
                var older = checkpoints.get(i - 1).seq();
                var share = (double) (checkpoints.get(i + 1).seq() - older) / (end - older);
                if (share < smallest) {
                    smallest = share;
                    least = i;
                }
            }
            return least;
        }

        /** Returns the kept ids of the history so far, newest first. */
        List<Id> checkpoints() {
            return List.copyOf(checkpoints.reversed());
        }

        /** Records a reset: everything after {@code from} is void. {@code dropped} are the void ids that were known. */
        void reset(Id from, Set<Id> dropped) {
            checkpoints.removeIf(id -> id.seq() > from.seq());
            var all = new ArrayList<>(resets);
            all.add(new Reset(from, Set.copyOf(dropped)));
            resets = List.copyOf(all.size() > RESETS ? all.subList(1, all.size()) : all);
        }

        /** The newest event that a void position is known to share with the log; {@link Id#ZERO} if none is. */
        Id before(Id position) {
            var fork = Id.ZERO;
            for (var reset : resets) {
                if (reset.dropped.contains(position) || (fork.seq() > reset.from.seq())) {
                    fork = reset.from;
                }
            }
            return fork;
        }
    }
}
