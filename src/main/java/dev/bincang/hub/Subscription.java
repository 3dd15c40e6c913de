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
 * Rights are applied at their place in the order, by {@link Delivery}.
 */
public final class Subscription {

    private static final Duration RETRY = Duration.ofMillis(300); // its cause is the feed's, which says it

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
    /** The log does not know the position, and nothing tells how much of it is true. */
    private boolean voidPosition;
    /** Numbers the reads: only the latest answer counts. */
    private int reads;
    /** Where this subscription stands in the audience's list of live ones, or of others. */
    int index;

    /** @param verdict what the log said of the position, if it was asked; is written first */
    Subscription(Audience audience, Delivery delivery, @Nullable Verdict verdict) {
        this.audience = audience;
        this.delivery = delivery;
        initialVerdict = verdict;
    }

    /** Whether all that the room has so far was written. */
    public boolean live() {
        return state == State.LIVE;
    }

    /** Behind which event it goes on. */
    public Id at() {
        return live() ? audience.delivered() : delivery.position();
    }

    Outlet outlet() {
        return delivery.outlet();
    }

    /** Begins to deliver: after the answer to the join has been written. */
    public void start() {
        goOn(State.PAUSED);
    }

    /** Ends it: nothing of the room is written any more. */
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

    /** What is thrown on the way costs this subscription a pause, and no other one anything. */
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
            outlet().caughtUp();
        } else if (!outlet().writable()) {
            drain();
        } else {
            var page = audience.ring().page(position, Outlet.PIECE_EVENTS, Outlet.PIECE_BYTES);
            if (!page.isEmpty()) {
                wrote(delivery.events(page));
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
        trying(() -> outlet().whenDrained(() -> goOn(State.DRAINING)));
    }

    private void read(int number, @Nullable Page page, @Nullable Throwable failure) {
        if (state != State.READING || number != reads) {
            return; // closed, or asked again since
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
                    voidPosition = true; // the feed may be about to find out where the histories part
                    retry();
                    return;
                }
                voidPosition = false;
                wrote(delivery.reset(from, audience.last()));
            }
        }
        audience.later(this::step);
    }

    /** False if it has to be tried again later, or ended here. */
    private boolean wrote(Delivery.Outcome outcome) {
        switch (outcome) {
            case WRITTEN -> {}
            case FAILED -> retry();
            case DENIED -> deny();
        }
        return outcome == Delivery.Outcome.WRITTEN;
    }

    /** The log has nothing behind the position. The audience may be there, on, not yet there, or in a void history. */
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

    // ---- whether he may read

    private void deny() {
        close();
        delivery.reader().denied(audience.room());
    }

    /** Live, and this was the last of what the audience has just written. */
    void delivered(Entry entry) {
        if (delivery.endsWith(entry)) {
            deny();
        } else if (delivery.doubted()) {
            doubt();
        }
    }

    /** What he may could be another thing by now: he is asked for before anything more is written. On the loop. */
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

    // ---- what the audience says

    /** The audience went on. */
    void advanced() {
        if (delivery.position().seq() <= audience.last().seq()) {
            goOn(State.AHEAD);
        }
    }

    /** Live, but the outbox is full: goes on from where the audience was before the batch it could not take. */
    void fellBehind(Id at) {
        audience.counters().slow.increment();
        delivery.moved(at);
        drain();
    }

    /** The feed fell back to {@code from}. */
    void reset(Id from, Id head, Set<Id> dropped) {
        if (dropped.contains(delivery.position())) {
            initialVerdict = null; // the log is asked again
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

    /** One that is ahead, or about to be, may be so in a history that is no more. */
    void recheck() {
        goOn(state == State.AHEAD ? State.AHEAD : State.READING);
    }
}
