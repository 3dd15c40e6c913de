package dev.bincang.hub;

import dev.bincang.FeedConfig;
import dev.bincang.hub.Hub.Loop;
import dev.bincang.log.Entry;
import dev.bincang.log.LogReader;
import dev.bincang.log.Page;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a room's log for subscriptions that catch up. Subscriptions that ask for the same position share one read. The
 * first read fills the ring, which then serves every client that left at about the same time: after a deploy, ten
 * thousand returning clients cost one read, not ten thousand. Used on the hub's loop only.
 */
final class Pages {

    private static final int AGAIN = 3;

    private final RoomId room;
    private final LogReader log;
    private final Loop loop;
    private final Ring ring;
    private final Counters counters;
    private final int ringEvents;
    private final int ringBytes;
    private final Map<Id, List<BiConsumer<@Nullable Page, @Nullable Throwable>>> wanted = new HashMap<>();

    private boolean filled;
    private boolean filling;
    private int emptied;

    Pages(RoomId room, LogReader log, Loop loop, Ring ring, Counters counters, FeedConfig config) {
        this.room = room;
        this.log = log;
        this.loop = loop;
        this.ring = ring;
        this.counters = counters;
        ringEvents = config.ringEvents();
        ringBytes = (int) config.ringSize().asLongValue();
    }

    /** Clears the ring. It may be filled again. */
    void clearRing() {
        ring.clear();
        ringEmptied();
    }

    /** The ring was cut or cleared, so it may be filled again. */
    void ringEmptied() {
        filled = false;
        emptied++;
    }

    /**
     * Reads the page after a position.
     *
     * @param last the feed's last id if the feed is live, else null
     * @param then gets the page, or the failure, or two nulls if the ring holds the events that follow
     */
    void page(Id position, @Nullable Id last, BiConsumer<@Nullable Page, @Nullable Throwable> then) {
        var same = wanted.get(position);
        if (same != null) {
            same.add(then);
            return;
        }
        wanted.put(position, new ArrayList<>(List.of(then)));
        if (!filled && last != null) {
            fill(last);
        } else if (!filling) {
            read(position, AGAIN);
        }
    }

    private void fill(Id last) {
        filled = true;
        filling = true;
        counters.pages.increment();
        var before = emptied + ring.changes();
        log.newest(room, ringEvents, ringBytes)
                .subscribe()
                .with(
                        entries -> loop.execute(
                                () -> fill(before == emptied + ring.changes() ? entries : List.of(), last)),
                        _ -> loop.execute(() -> fill(List.of(), last)));
    }

    private void fill(List<Entry> entries, Id last) {
        filling = false;
        Hub.guarded("filling the ring", () -> ring.prepend(entries, last));
        for (var position : List.copyOf(wanted.keySet())) {
            if (ring.after(position) != null) {
                answer(position, null, null);
            } else {
                read(position, AGAIN);
            }
        }
    }

    /** @param again the number of retries. If a message changes during a read, the page may have the old text */
    private void read(Id position, int again) {
        counters.pages.increment();
        var before = ring.changes();
        log.read(room, position, Outlet.PIECE_EVENTS, Outlet.PIECE_BYTES)
                .subscribe()
                .with(
                        page -> loop.execute(() -> {
                            if (before != ring.changes() && again > 0) {
                                read(position, again - 1);
                            } else {
                                answer(position, page, null);
                            }
                        }),
                        failure -> loop.execute(() -> answer(position, null, failure)));
    }

    private void answer(Id position, @Nullable Page page, @Nullable Throwable failure) {
        var waiters = wanted.remove(position);
        if (waiters != null) {
            waiters.forEach(waiter -> Hub.guarded("a reader", () -> waiter.accept(page, failure)));
        }
    }
}
