package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.log.Page;
import dev.bincang.log.Verdict;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection in one room, with a position. Used on its loop only.
 *
 * <pre>
 *   paused ──start──▶ catching up ──position = audience's last──▶ live
 *                     │ ▲   │ ▲  ▲                                  │
 *     outbox full ▼   │ │   │ └──┼───────── outbox full ────────────┘
 *        draining ────┘ │   ▼    │
 *                    reading   ahead (of this pod: waits for the audience to get there)
 *
 *   any but paused ──who may read has changed──▶ checking ──may──▶ catching up
 * </pre>
 *
 * <p>Join, resume, a client ahead of this pod and a slow reader are this one mechanism: pages from the ring where it
 * reaches, else from the log, while the connection takes them. A live one keeps no position: it is the audience's.
 * Rights are applied at their place in the order, by {@link SubscriptionAccess}.
 */
public final class Subscription {

    private static final Duration RETRY = Duration.ofMillis(300);

    enum State {
        PAUSED,
        CATCHING_UP,
        DRAINING,
        READING,
        CHECKING,
        AHEAD,
        LIVE,
        CLOSED
    }

    private final Audience audience;
    private final Outlet outlet;
    private final SubscriptionAccess access;
    private @Nullable Verdict initialVerdict;
    private Id position;
    private State state = State.PAUSED;
    /** Numbers the reads: only the latest answer counts. */
    private int reads;
    /** Where this subscription stands in the audience's list of live ones, or of others. */
    int index;

    /** @param verdict what the log said of the position, if it was asked; is written first */
    Subscription(Audience audience, Outlet outlet, SubscriptionAccess access, Id position, @Nullable Verdict verdict) {
        this.audience = audience;
        this.outlet = outlet;
        this.access = access;
        this.position = position;
        initialVerdict = verdict;
    }

    /** Whether all that the room has so far was written. */
    public boolean live() {
        return state == State.LIVE;
    }

    /** Behind which event it goes on. */
    public Id at() {
        return live() ? audience.delivered() : position;
    }

    Outlet outlet() {
        return outlet;
    }

    /** Begins to deliver: after the answer to the join has been written. */
    public void start() {
        goOn(State.PAUSED);
    }

    /** Ends it: nothing of the room is written any more. */
    public void close() {
        if (state != State.CLOSED) {
            access.end();
            audience.remove(this);
            state = State.CLOSED;
        }
    }

    private void goOn(State from) {
        if (state == from) {
            state = State.CATCHING_UP;
            step();
        }
    }

    private void step() {
        if (state != State.CATCHING_UP) {
            return;
        }
        var verdict = initialVerdict;
        if (access.doubted()) {
            state = State.CHECKING;
            access.ask(() -> goOn(State.CHECKING), this::deny, this::retry);
        } else if (verdict != null) {
            initialVerdict = null;
            apply(verdict);
        } else if (position.equals(audience.last())) {
            state = State.LIVE;
            audience.wentLive(this);
            outlet.caughtUp();
        } else if (!outlet.writable()) {
            drain();
        } else {
            var page = audience.ring().page(position, Outlet.PIECE_EVENTS, Outlet.PIECE_BYTES);
            if (!page.isEmpty()) {
                write(page);
                audience.later(this::step); // the connection's other rooms are served in between
            } else if (audience.ring().contains(position)
                    && position.seq() > audience.last().seq()) {
                state = State.AHEAD;
            } else {
                state = State.READING;
                var number = ++reads;
                audience.read(position, (read, failure) -> read(number, read, failure));
            }
        }
    }

    private void drain() {
        state = State.DRAINING;
        outlet.whenDrained(() -> goOn(State.DRAINING));
    }

    private void read(int number, @Nullable Page page, @Nullable Throwable failure) {
        if (state != State.READING || number != reads) {
            return; // closed, or asked again since
        }
        state = State.CATCHING_UP;
        if (access.doubted()) {
            step();
        } else if (page != null) {
            audience.suspect(page.head());
            apply(Verdict.of(position, page));
        } else if (failure != null) {
            retry();
        } else {
            step();
        }
    }

    private void retry() {
        state = State.DRAINING;
        audience.after(RETRY, () -> goOn(State.DRAINING));
    }

    private void apply(Verdict verdict) {
        switch (verdict) {
            case Verdict.Next(var next)
            when next.isEmpty() -> {
                atHead();
                return;
            }
            case Verdict.Next(var next) -> write(next);
            case Verdict.Gap(var fromSeq, var to, var next) -> {
                access.doubt(to.seq());
                audience.counters().gaps.increment();
                var gap = new Frame.Gap(audience.room(), fromSeq, to.seq(), to);
                if (write(List.of(Codec.encode(gap)), to) && !access.doubted()) {
                    write(next);
                }
            }
            case Verdict.Reset _ -> {
                access.doubt();
                reset(Id.ZERO, audience.last());
            }
        }
        audience.later(this::step);
    }

    /** The log has nothing behind the position. The audience may be there, on, not yet there, or in a void history. */
    private void atHead() {
        if (position.equals(audience.last()) || audience.ring().after(position) != null) {
            step();
            return;
        }
        audience.suspect(position);
        if (position.seq() > audience.last().seq()) {
            state = State.AHEAD;
        } else {
            retry();
        }
    }

    private void reset(Id from, Id head) {
        audience.counters().resets.increment();
        write(List.of(Codec.encode(new Frame.Reset(audience.room(), from, head))), from);
    }

    private void write(List<Entry> page) {
        var part = access.upToAccessChange(page);
        if (!part.isEmpty()
                && write(part.stream().map(Entry::json).toList(), part.getLast().id())) {
            audience.counters().delivered.add(part.size());
            if (access.endsWith(part.getLast())) {
                deny();
            }
        }
    }

    // ---- whether he may read

    private void deny() {
        close();
        access.reader().denied(audience.room());
    }

    /** Live, and this was the last of what the audience has just written. */
    void delivered(Entry entry) {
        if (access.endsWith(entry)) {
            deny();
        } else if (access.doubted()) {
            doubt();
        }
    }

    /** What he may could be another thing by now: he is asked for before anything more is written. On the loop. */
    public void doubt() {
        access.doubt();
        if (state == State.LIVE) {
            audience.fell(this);
            position = audience.last();
            state = State.CATCHING_UP;
            step();
        }
    }

    /** Moves the position if that could be written, else tries again later from where it is. */
    private boolean write(List<byte[]> frames, Id then) {
        var batch = new Outlet.Batch(frames);
        var written = Audience.written(batch, outlet);
        batch.done();
        if (written) {
            position = then;
            outlet.flush();
        } else {
            retry();
        }
        return written;
    }

    @Override
    public String toString() {
        return state + " at " + position + ", audience at " + audience.last();
    }

    // ---- what the audience says

    /** The audience went on. */
    void advanced() {
        if (position.seq() <= audience.last().seq()) {
            goOn(State.AHEAD);
        }
    }

    /** Live, but the outbox is full: goes on from where the audience was before the batch it could not take. */
    void fellBehind(Id at) {
        audience.counters().slow.increment();
        position = at;
        drain();
    }

    /** The feed fell back to {@code from}. */
    void reset(Id from, Id head, Set<Id> dropped) {
        if (dropped.contains(position)) {
            initialVerdict = null; // the log is asked again
            if (state == State.PAUSED) {
                return;
            }
            if (state == State.READING || state == State.AHEAD || state == State.CHECKING) {
                state = State.CATCHING_UP;
            }
            reset(from, head);
            step();
        } else {
            recheck();
        }
    }

    /** One that is ahead, or about to be, may be so in a history that is no more. */
    void recheck() {
        goOn(state == State.AHEAD ? State.AHEAD : State.READING);
    }
}
