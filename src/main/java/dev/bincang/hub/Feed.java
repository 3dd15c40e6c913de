package dev.bincang.hub;

import dev.bincang.BincangConfig;
import dev.bincang.hub.Hub.Flow;
import dev.bincang.hub.Hub.Loop;
import dev.bincang.hub.signal.PublishedSignal;
import dev.bincang.hub.signal.RecentSignals;
import dev.bincang.log.Entry;
import dev.bincang.log.LogReader;
import dev.bincang.log.Page;
import dev.bincang.log.Verdict;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.retry.Retries;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The single sequence of a room's events on this pod. From the log, it corrects what is published late, twice or never.
 *
 * <pre>
 *   subscribing ──acknowledged──▶ beginning ──head read──▶ live ⇄ verifying
 *                                                           └──link broke──▶ stale ──acknowledged──▶ verifying
 * </pre>
 *
 * <p>An event is passed on only if its {@code prev} is the feed's last id. A known one is dropped. Any other (after a
 * hole, an old seq, another tag) makes the feed verify: it reads the log from its last id, inclusively, and the
 * {@link Verdict} decides. Events that are published meanwhile wait. Used on the hub's loop only.
 */
final class Feed {

    private static final Logger LOG = Logger.getLogger(Feed.class);
    private static final int PAGE_EVENTS = 256;
    private static final int PAGE_BYTES = 256 * 1024;
    private static final int MAX_WAITING = 1024;
    private static final Retries RETRIES = new Retries(LOG, "rooms are read again", 300);

    enum State {
        SUBSCRIBING,
        BEGINNING,
        LIVE,
        VERIFYING,
        STALE,
        CLOSED
    }

    private final RoomId room;
    private final LogReader log;
    private final Loop loop;
    private final Counters counters;
    private final Ring ring;
    private final RecentSignals recent;
    private final Pages pages;
    private final List<Audience> audiences = new ArrayList<>();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private State state = State.SUBSCRIBING;
    private Id last = Id.ZERO;
    private boolean again;
    private boolean active;
    private boolean relinked;
    private int rounds;
    /** Numbers the reads of the log. Only the answer to the latest read counts. */
    private int attempt;

    Feed(RoomId room, LogReader log, Loop loop, Counters counters, BincangConfig config) {
        this.room = room;
        this.log = log;
        this.loop = loop;
        this.counters = counters;
        ring = new Ring(config.feed().ringEvents(), config.feed().ringSize().asLongValue());
        recent = new RecentSignals(config.signals().keep());
        pages = new Pages(room, log, loop, ring, counters, config.feed());
    }

    RoomId room() {
        return room;
    }

    void attach(Audience audience) {
        audiences.add(audience);
        if (state != State.SUBSCRIBING && state != State.BEGINNING) {
            audience.offer(new Flow.Attached(room, audience, last, ring, recent));
        }
    }

    /** Returns true if no audience is left. The feed is closed then. */
    boolean detach(Audience audience) {
        audiences.remove(audience);
        state = audiences.isEmpty() ? State.CLOSED : state;
        return state == State.CLOSED;
    }

    private void tell(Flow flow) {
        active = true;
        audiences.forEach(audience -> audience.offer(flow));
    }

    /** Redis has acknowledged the subscription. The log is read only now, so no event can be missed in between. */
    void subscribed() {
        if (state == State.SUBSCRIBING) {
            state = State.BEGINNING;
            readHead();
        } else if (state == State.STALE) {
            state = State.LIVE;
            relinked = true;
            verify();
        }
    }

    private void readHead() {
        var of = ++attempt;
        log.head(room).subscribe().with(head -> answered(of, () -> begin(head)), e -> retry(of, e));
    }

    private void begin(Id head) {
        last = head;
        state = State.LIVE;
        audiences.forEach(audience -> audience.offer(new Flow.Attached(room, audience, last, ring, recent)));
        replay();
    }

    /** The link broke, or the room has moved. Events wait for the log. A feed that was not live yet starts again. */
    void stale() {
        waiting.clear(); // from the broken link, and perhaps from a void history
        if (state == State.BEGINNING) {
            state = State.SUBSCRIBING;
        } else if (state == State.LIVE || state == State.VERIFYING) {
            state = State.STALE;
        }
    }

    void published(Entry entry) {
        if (state == State.LIVE) {
            follow(entry);
        } else if (state != State.SUBSCRIBING && state != State.CLOSED) {
            if (waiting.size() >= MAX_WAITING) {
                waiting.clear();
                again = true;
            }
            waiting.add(entry);
        }
    }

    /** A signal is not in the log. So it is dropped while the feed cannot tell which events it comes after. */
    void signalled(PublishedSignal signal) {
        if (state == State.LIVE) {
            recent.add(signal, last, System.nanoTime());
            audiences.forEach(audience -> audience.offer(new Flow.Signal(room, signal)));
        } else {
            counters.signalsDropped.increment();
        }
    }

    private void follow(Entry entry) {
        if (entry.prev().equals(last)) {
            advance(entry);
        } else if (!entry.id().equals(last) && !ring.contains(entry.id())) {
            waiting.add(entry);
            verify();
        }
    }

    private void advance(Entry entry) {
        last = entry.id();
        ring.add(entry);
        tell(new Flow.Event(room, entry));
    }

    /** A subscription read this head in the log. If the ring holds it, it is only older than the feed: ignored. */
    void suspect(Id head) {
        if (!ring.contains(head)) {
            compare(head);
        }
    }

    /** Verifies if a head, read at some moment, differs from the last id. A difference alone proves nothing. */
    void compare(Id head) {
        if (!head.equals(last)) {
            verify();
        }
    }

    void verify() {
        again |= state == State.VERIFYING;
        if (state == State.LIVE) {
            state = State.VERIFYING;
            rounds = 0;
            look();
        }
    }

    private void look() {
        counters.verifies.increment();
        again = false;
        var of = ++attempt;
        log.read(room, last, PAGE_EVENTS, PAGE_BYTES)
                .subscribe()
                .with(page -> answered(of, () -> judge(of, page)), e -> retry(of, e));
    }

    /** Handles an answer of the log. If that throws, the log is read again: the room must not wait for ever. */
    private void answered(int of, Runnable judge) {
        loop.execute(() -> {
            if (awaits(of) && !Hub.guarded("judging the log's answer for " + room, judge)) {
                retry(of, new IllegalStateException("the answer could not be judged"));
            }
        });
    }

    private void retry(int of, Throwable why) {
        loop.after(RETRIES.after(why), () -> {
            if (awaits(of) && state == State.BEGINNING) {
                readHead();
            } else if (awaits(of)) {
                look();
            }
        });
    }

    /** Whether this read is the current one. A read from before the link broke is not: its answer may be void. */
    private boolean awaits(int of) {
        return of == attempt && (state == State.BEGINNING || state == State.VERIFYING);
    }

    private void judge(int of, Page page) {
        switch (Verdict.of(last, page)) {
            case Verdict.Next(var next) -> proceed(next, page.head());
            case Verdict.Gap(var fromSeq, var to, var next) -> {
                LOG.warnf("gap in %s: events %d to %d are no longer in the log", room, fromSeq, to.seq());
                pages.clearRing();
                last = to;
                tell(new Flow.Gap(room, fromSeq, to));
                proceed(next, page.head());
            }
            case Verdict.Reset _ ->
                log.fork(room, ring.known())
                        .subscribe()
                        .with(from -> answered(of, () -> reset(from, page.head())), e -> retry(of, e));
        }
    }

    private void proceed(List<Entry> next, Id head) {
        next.forEach(this::advance);
        if (again || (!next.isEmpty() && !last.equals(head))) {
            look();
        } else {
            state = State.LIVE;
            if (relinked) {
                relinked = false;
                tell(new Flow.Checked(room));
            }
            replay();
        }
    }

    private void reset(Id from, Id head) {
        LOG.warnf("reset of %s: %s is not in the log, continuing after %s", room, last, from);
        var dropped = ring.fallBack(from, last);
        pages.ringEmptied();
        recent.clear();
        last = from;
        tell(new Flow.Reset(room, from, head, dropped));
        look();
    }

    /** Handles the waiting events. A newer one that does not follow makes the feed read again, at most twice. */
    private void replay() {
        while (!waiting.isEmpty()) {
            var entry = waiting.peek();
            if (entry.prev().equals(last)) {
                advance(entry);
            } else if (entry.id().seq() > last.seq() && rounds < 2) {
                rounds++;
                state = State.VERIFYING;
                look();
                return;
            }
            waiting.poll(); // delivered, a duplicate, or from a void history: the log has decided
        }
    }

    /** Reads the page after a position for a subscription that catches up; null if the ring holds it by now. */
    void page(Id position, BiConsumer<@Nullable Page, @Nullable Throwable> then) {
        active = true;
        pages.page(position, state == State.LIVE ? last : null, then);
    }

    /** Called at each check. Clears the ring if nothing has happened since the last call. */
    void rest() {
        if (!active && state == State.LIVE) {
            pages.clearRing();
        }
        active = false;
        recent.forget(System.nanoTime());
    }
}
