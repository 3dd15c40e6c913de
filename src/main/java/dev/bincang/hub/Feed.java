package dev.bincang.hub;

import dev.bincang.hub.Hub.Loop;
import dev.bincang.hub.LoopHub.Flow;
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
 * A pod's one sequence of a room: from what is published, in whatever state it arrives, to what is true.
 *
 * <pre>
 *   subscribing ──acknowledged──▶ beginning ──head read──▶ live ⇄ verifying
 *                                                           └──link broke──▶ stale ──link fresh──▶ verifying
 * </pre>
 *
 * <p>The chain: an event is passed on only if its {@code prev} is the feed's last id. Anything else, a hole, an old seq,
 * another tag, makes the feed verify: read the log from its last id, inclusively, and let {@link Verdict} decide.
 * Published events that come meanwhile wait. Used on the hub's loop only.
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
    private final Pages pages;
    private final List<Audience> audiences = new ArrayList<>();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private State state = State.SUBSCRIBING;
    private Id last = Id.ZERO;
    private boolean again;
    private boolean active;
    private boolean relinked;
    private int rounds;
    /** Numbers what was asked of the log: only the latest answer counts. */
    private int attempt;

    Feed(RoomId room, LogReader log, Loop loop, Counters counters, int ringEvents, int ringBytes) {
        this.room = room;
        this.log = log;
        this.loop = loop;
        this.counters = counters;
        ring = new Ring(ringEvents, ringBytes);
        pages = new Pages(room, log, loop, ring, counters, ringEvents, ringBytes);
    }

    RoomId room() {
        return room;
    }

    void attach(Audience audience) {
        audiences.add(audience);
        if (state != State.SUBSCRIBING && state != State.BEGINNING) {
            audience.offer(new Flow.Attached(room, audience, last, ring));
        }
    }

    /** True when nobody is left: then this is its end. */
    boolean detach(Audience audience) {
        audiences.remove(audience);
        state = audiences.isEmpty() ? State.CLOSED : state;
        return state == State.CLOSED;
    }

    private void tell(Flow flow) {
        active = true;
        audiences.forEach(audience -> audience.offer(flow));
    }

    /** The channel is on: the log is read only now, so nothing can fall between. */
    void subscribed() {
        if (state == State.SUBSCRIBING) {
            state = State.BEGINNING;
            readHead();
        }
    }

    private void readHead() {
        var of = ++attempt;
        log.heads(List.of(room))
                .subscribe()
                .with(heads -> answered(of, () -> begin(of, heads.getFirst())), e -> retry(of, e));
    }

    private void begin(int of, Id head) {
        if (state == State.BEGINNING && of == attempt) {
            last = head;
            state = State.LIVE;
            audiences.forEach(audience -> audience.offer(new Flow.Attached(room, audience, last, ring)));
            replay();
        }
    }

    /** The link broke: what comes now only waits until the log was asked. One that had not begun begins anew. */
    void stale() {
        waiting.clear(); // of a link, and perhaps of a history, that is no more
        if (state == State.BEGINNING) {
            state = State.SUBSCRIBING;
        } else if (state == State.LIVE || state == State.VERIFYING) {
            state = State.STALE;
        }
    }

    void fresh() {
        if (state == State.STALE) {
            state = State.LIVE;
            relinked = true;
            verify();
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

    /** A subscription saw this head in the log. One that is in the ring is only older than what was pushed since. */
    void suspect(Id head) {
        if (!ring.contains(head)) {
            compare(head);
        }
    }

    /** The head at some moment. If it differs that proves nothing, but is reason enough to look. */
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

    /** The log has answered. If that cannot be judged, it is asked again: the room must not wait for ever. */
    private void answered(int of, Runnable judge) {
        loop.execute(() -> {
            if (!Hub.guarded("judging what the log says of " + room, judge)) {
                retry(of, new IllegalStateException("the answer could not be judged"));
            }
        });
    }

    private void retry(int of, Throwable why) {
        loop.after(RETRIES.after(why), () -> {
            if (awaits(of)) {
                look();
            } else if (state == State.BEGINNING && of == attempt) {
                readHead();
            }
        });
    }

    /** Whether this look is the one that counts: not one from before the link broke, whose answer may be void. */
    private boolean awaits(int of) {
        return state == State.VERIFYING && of == attempt;
    }

    private void judge(int of, Page page) {
        if (!awaits(of)) {
            return;
        }
        switch (Verdict.of(last, page)) {
            case Verdict.Next(var next) -> proceed(next, page.head());
            case Verdict.Gap(var fromSeq, var to, var next) -> {
                LOG.warnf("gap in %s: %d to %d are gone from the log", room, fromSeq, to.seq());
                ring.clear();
                pages.ringEmptied();
                last = to;
                tell(new Flow.Gap(room, fromSeq, to));
                proceed(next, page.head());
            }
            case Verdict.Reset _ ->
                log.fork(room, ring.known())
                        .subscribe()
                        .with(from -> answered(of, () -> reset(of, from, page.head())), e -> retry(of, e));
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

    private void reset(int of, Id from, Id head) {
        if (!awaits(of)) {
            return;
        }
        LOG.warnf("reset of %s: %s is no more, going on behind %s", room, last, from);
        var dropped = ring.fallBack(from, last);
        pages.ringEmptied();
        last = from;
        tell(new Flow.Reset(room, from, head, dropped));
        look();
    }

    /** What waited: follows, or is known. What neither follows nor is older may be newer than the look: look again. */
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
            waiting.poll(); // delivered, a duplicate, or of a history that is no more: the log has decided
        }
    }

    /** The log from a position for a subscription that catches up, or null where the ring has it by now. */
    void page(Id position, BiConsumer<@Nullable Page, @Nullable Throwable> then) {
        active = true;
        pages.page(position, state == State.LIVE ? last : null, then);
    }

    /** Called now and then: a room in which nothing happens keeps no ring. */
    void rest() {
        if (!active && state == State.LIVE) {
            ring.clear();
            pages.ringEmptied();
        }
        active = false;
    }
}
