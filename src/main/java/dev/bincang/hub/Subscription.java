package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.log.Page;
import dev.bincang.log.Verdict;
import dev.bincang.protocol.Id;
import dev.bincang.redis.retry.Backoff;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection's subscription to one room, with a position. Used on its loop only.
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
 * <p>One mechanism serves a join, a resume, a client ahead of this pod and a slow reader: it writes pages while the
 * connection accepts them. A page comes from the ring if the ring reaches back far enough, else from the log. A live
 * subscription keeps no position of its own; the audience's position applies. {@link Delivery} applies each change of
 * the reader's access at its place in the order.
 */
public final class Subscription {

    private static final Duration RETRY = Duration.ofMillis(300); // the feed has the same problem and logs its cause

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
    private @Nullable Verdict initialVerdict;
    private final Delivery delivery;
    private State state = State.PAUSED;
    /** The log does not know the position, and the event where the two histories part is not known yet. */
    private boolean voidPosition;
    /** Numbers the reads. Only the answer to the latest read counts. */
    private int reads;
    /** Index in the audience's list of live subscriptions, or in its list of the others. */
    int index;

    /** @param verdict what the log says about the position, null if it was not read; written first */
    Subscription(Audience audience, Delivery delivery, @Nullable Verdict verdict) {
        this.audience = audience;
        this.delivery = delivery;
        initialVerdict = verdict;
    }

    /** Whether everything that the room has so far was written. */
    public boolean live() {
        return state == State.LIVE;
    }

    /** The id of the event after which this subscription continues. */
    public Id at() {
        return live() ? audience.delivered() : delivery.position();
    }

    Outlet outlet() {
        return delivery.outlet();
    }

    /** Starts to deliver. Called after the answer to the join was written. */
    public void start() {
        goOn(State.PAUSED);
    }

    /** Ends the subscription. Nothing more of the room is written. */
    public void close() {
        if (state != State.CLOSED) {
            delivery.end();
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
        trying(this::tryToStep);
    }

    /** Runs a task. If it throws, this subscription retries after a pause. Other subscriptions are not affected. */
    private void trying(Runnable task) {
        if (!Hub.guarded("a subscription", task)
                && state != State.CLOSED
                && state != State.LIVE
                && state != State.PAUSED) {
            retry();
        }
    }

    private void tryToStep() {
        if (state != State.CATCHING_UP) {
            return;
        }
        var position = delivery.position();
        var verdict = delivery.allowed(initialVerdict);
        if (delivery.doubted()) {
            state = State.CHECKING;
            delivery.ask(() -> goOn(State.CHECKING), this::deny, this::retry);
        } else if (verdict != null) {
            initialVerdict = null;
            apply(verdict);
        } else if (position.equals(audience.last())) {
            state = State.LIVE;
            audience.wentLive(this);
            delivery.recentSignals();
            outlet().caughtUp();
        } else if (!outlet().writable()) {
            drain();
        } else {
            var page = audience.ring().page(position, Outlet.PIECE_EVENTS, Outlet.PIECE_BYTES);
            if (!page.isEmpty()) {
                wrote(delivery.events(page));
                audience.later(this::step); // the connection's other rooms get their turn in between
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
        trying(() -> outlet().whenDrained(() -> goOn(State.DRAINING)));
    }

    private void read(int number, @Nullable Page page, @Nullable Throwable failure) {
        if (state != State.READING || number != reads) {
            return; // closed, or a newer read was started
        }
        state = State.CATCHING_UP;
        if (failure != null) {
            retry();
        } else {
            if (page != null && !delivery.doubted()) {
                audience.suspect(page.head());
                initialVerdict = Verdict.of(delivery.position(), page);
            }
            step();
        }
    }

    private void retry() {
        state = State.DRAINING;
        audience.after(Backoff.about(RETRY), () -> goOn(State.DRAINING));
    }

    private void apply(Verdict verdict) {
        switch (verdict) {
            case Verdict.Next(var next)
            when next.isEmpty() -> {
                atHead();
                return;
            }
            case Verdict.Next(var next) -> wrote(delivery.events(next));
            case Verdict.Gap(var fromSeq, var to, var next) -> {
                if (wrote(delivery.gap(fromSeq, to)) && !delivery.doubted()) {
                    wrote(delivery.events(next));
                }
            }
            case Verdict.Reset _ -> {
                delivery.doubt();
                var from = audience.ring().forkBefore(delivery.position());
                if (from.equals(Id.ZERO) && !voidPosition) {
                    voidPosition = true; // the feed may soon find the event where the histories part
                    retry();
                    return;
                }
                voidPosition = false;
                wrote(delivery.reset(from, audience.last()));
            }
        }
        audience.later(this::step);
    }

    /** Returns true if the frames were written. Otherwise retries later, or ends the subscription. */
    private boolean wrote(Delivery.Outcome outcome) {
        switch (outcome) {
            case WRITTEN -> {}
            case FAILED -> retry();
            case DENIED -> deny();
        }
        return outcome == Delivery.Outcome.WRITTEN;
    }

    /** The log ends at the position. The audience may be there, past it or before it, or the position may be void. */
    private void atHead() {
        var position = delivery.position();
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

    // ---- the reader's access

    private void deny() {
        close();
        delivery.reader().denied(audience.room());
    }

    /** The audience has just written a batch to this live subscription. {@code entry} was its last event. */
    void delivered(Entry entry) {
        if (delivery.endsWith(entry)) {
            deny();
        } else if (delivery.doubted()) {
            doubt();
        }
    }

    /** The reader's access may have changed. It is checked before anything more is written. On the loop. */
    public void doubt() {
        delivery.doubt();
        if (state == State.LIVE) {
            audience.fell(this);
            delivery.moved(audience.last());
            state = State.CATCHING_UP;
            step();
        }
    }

    @Override
    public String toString() {
        return state + " at " + delivery.position() + ", audience at " + audience.last();
    }

    // ---- called by the audience

    /** The audience's position has moved on. */
    void advanced() {
        if (delivery.position().seq() <= audience.last().seq()) {
            goOn(State.AHEAD);
        }
    }

    /** A live subscription's outbox is full. It continues from {@code at}, the position before the refused batch. */
    void fellBehind(Id at) {
        audience.counters().slow.increment();
        delivery.moved(at);
        drain();
    }

    /** The feed fell back to {@code from}. A position that is among the dropped ids falls back too. */
    void reset(Id from, Id head, Set<Id> dropped) {
        if (dropped.contains(delivery.position())) {
            initialVerdict = null; // the log is read again
            if (state == State.PAUSED) {
                return;
            }
            if (state == State.READING || state == State.AHEAD || state == State.CHECKING) {
                state = State.CATCHING_UP;
            }
            trying(() -> wrote(delivery.reset(from, head)));
            step();
        } else {
            recheck();
        }
    }

    /** A subscription ahead of the audience, or about to be, checks its position again: its history may be void. */
    void recheck() {
        goOn(state == State.AHEAD ? State.AHEAD : State.READING);
    }
}
