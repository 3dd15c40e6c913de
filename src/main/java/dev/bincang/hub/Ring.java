package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.protocol.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The recent events of a room, bounded in number and bytes: a cache of the log's end. One thread writes; any may look,
 * without a lock, since an entry names what it follows and so proves its own place.
 */
final class Ring {

    private final AtomicReferenceArray<@Nullable Entry> slots;
    private final long maxBytes;
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
        truncate(Id.ZERO);
        oldest = 1;
        newest = 0;
    }
}
