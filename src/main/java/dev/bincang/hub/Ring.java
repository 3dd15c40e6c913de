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
 * The recent events of a room, bounded in number and bytes: a cache of the log's end. One thread writes; any may look,
 * without a lock, since an entry names what it follows and so proves its own place.
 */
final class Ring {

    private final AtomicReferenceArray<@Nullable Entry> slots;
    private final long maxBytes;
    private final Forks forks = new Forks();
    private long oldest = 1; // seq of the oldest entry; oldest > newest: empty
    private long newest;
    private long bytes;

    Ring(int events, long maxBytes) {
        slots = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(2, events) * 2 - 1));
        this.maxBytes = maxBytes;
    }

    private int slot(long seq) {
        return (int) (seq & (slots.length() - 1));
    }

    /** The event that follows a position, or null if it is not here. Any thread. */
    @Nullable
    Entry after(Id position) {
        var entry = slots.get(slot(position.seq() + 1));
        return entry != null && entry.prev().equals(position) ? entry : null;
    }

    /** What follows a position, as far as it is here and within these bounds. Any thread. */
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

    /** Any thread. */
    boolean contains(Id id) {
        var entry = slots.get(slot(id.seq()));
        return entry != null && entry.id().equals(id);
    }

    /** Adds what follows the newest entry. */
    void add(Entry entry) {
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

    private void evict() {
        var entry = slots.get(slot(oldest));
        if (entry != null) {
            bytes -= entry.json().length;
            forks.passed(entry.id());
        }
        slots.set(slot(oldest), null);
        oldest++;
    }

    /** Fills it backwards with older entries, as far as they chain on to what is here, or to {@code last} if empty. */
    void prepend(List<Entry> older, Id last) {
        for (var entry : older.reversed()) {
            var empty = oldest > newest;
            var behind = empty ? last : some(oldest).prev();
            if (!entry.id().equals(behind)) {
                if (entry.id().seq() > behind.seq()) {
                    continue; // overlaps with what is here
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

    /** Ids of the history so far, newest first: all that are here, and some that are not any more. */
    List<Id> known() {
        var known = ids();
        known.addAll(forks.checkpoints());
        return known;
    }

    /**
     * The history has turned out to go on behind {@code from}. The answer is what is void by that.
     *
     * @param last the end of the history so far
     */
    Set<Id> fallBack(Id from, Id last) {
        var dropped = new HashSet<>(known());
        dropped.add(last);
        dropped.removeIf(id -> id.seq() <= from.seq()); // known to be of one history with it
        truncate(from);
        forks.reset(from, dropped);
        return dropped;
    }

    private Entry some(long seq) {
        var entry = slots.get(slot(seq));
        if (entry == null) {
            throw new IllegalStateException("a hole in the ring at " + seq);
        }
        return entry;
    }

    /** All ids, newest first, and the one before the oldest. */
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

    /** Drops what is newer than {@code id}. */
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
     * Where the history of a room may have forked, and where it has: ids that the ring has let go, the older the sparser, and
     * what the latest resets took. After a rollback deeper than the ring a client need not begin at the very first event again.
     * One thread writes; {@link #before} may be asked by any.
     */
    static final class Forks {

        private static final int CHECKPOINTS = 64;
        /** Only every so many events is one kept. */
        private static final int STEP = 8;

        private static final int RESETS = 4;

        private record Reset(Id from, Set<Id> dropped) {}

        /** Oldest first. */
        private final List<Id> checkpoints = new ArrayList<>();

        private volatile List<Reset> resets = List.of();

        /** The ring lets this event go. */
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

        /** The one whose neighbours stand closest for their age: so the distances grow with the age. */
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

        /** Ids of the history so far, newest first. */
        List<Id> checkpoints() {
            return List.copyOf(checkpoints.reversed());
        }

        /** What followed {@code from} is void: the ids of it that were known. */
        void reset(Id from, Set<Id> dropped) {
            checkpoints.removeIf(id -> id.seq() > from.seq());
            var all = new ArrayList<>(resets);
            all.add(new Reset(from, Set.copyOf(dropped)));
            resets = List.copyOf(all.size() > RESETS ? all.subList(1, all.size()) : all);
        }

        /** The newest event that a void position is known to have in common with the log; {@link Id#ZERO} if none is. */
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
