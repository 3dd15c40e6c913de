package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.log.Page;
import dev.bincang.log.Verdict;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import java.time.Duration;
import java.util.ArrayList;
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
 * </pre>
 *
 * <p>Join, resume, a client ahead of this pod and a slow reader are this one mechanism: pages from the ring where it
 * reaches, else from the log, while the connection takes them. A live one keeps no position: it is the audience's.
 */
public final class Subscription {

    static final int PAGE_EVENTS = 64;
    static final int PAGE_BYTES = 128 * 1024;
    private static final Duration RETRY = Duration.ofMillis(300);

    enum State {
        PAUSED,
        CATCHING_UP,
        DRAINING,
        READING,
        AHEAD,
        LIVE,
        CLOSED
    }

    private final Audience audience;
    private final Outlet outlet;
    private @Nullable Verdict first;
    private Id position;
    private State state = State.PAUSED;
    /** Numbers the reads: only the latest answer counts. */
    private int reads;
    /** Where this subscription stands in the audience's list of live ones, or of others. */
    int index;

    /** @param first what the log said of the position, if it was asked; is written first */
    Subscription(Audience audience, Outlet outlet, Id position, @Nullable Verdict first) {
        this.audience = audience;
        this.outlet = outlet;
        this.position = position;
        this.first = first;
    }

    boolean live() {
        return state == State.LIVE;
    }

    Outlet outlet() {
        return outlet;
    }

    /** Begins to deliver: after the answer to the join has been written. */
    public void start() {
        if (state != State.PAUSED) {
            return;
        }
        state = State.CATCHING_UP;
        var verdict = first;
        first = null;
        if (verdict != null) {
            apply(verdict);
        } else {
            step();
        }
    }

    /** Ends it: nothing of the room is written any more. */
    public void close() {
        if (state != State.CLOSED) {
            audience.remove(this);
            state = State.CLOSED;
        }
    }

    private void step() {
        if (state != State.CATCHING_UP) {
            return;
        }
        if (position.equals(audience.last())) {
            state = State.LIVE;
            audience.wentLive(this);
        } else if (!outlet.writable()) {
            drain();
        } else {
            var page = ringPage();
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
        outlet.whenDrained(this::drained);
    }

    private void drained() {
        if (state == State.DRAINING) {
            state = State.CATCHING_UP;
            step();
        }
    }

    private List<Entry> ringPage() {
        var page = new ArrayList<Entry>();
        long bytes = 0;
        var at = position;
        while (page.size() < PAGE_EVENTS && bytes < PAGE_BYTES) {
            var next = audience.ring().after(at);
            if (next == null) {
                break;
            }
            page.add(next);
            bytes += next.json().length;
            at = next.id();
        }
        return page;
    }

    private void read(int number, @Nullable Page page, @Nullable Throwable failure) {
        if (state != State.READING || number != reads) {
            return; // closed, or asked again since
        }
        state = State.CATCHING_UP;
        if (page != null) {
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
        audience.after(RETRY, this::drained);
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
                if (gap(fromSeq, to)) {
                    write(next);
                }
            }
            case Verdict.Reset _ -> reset(Id.ZERO, audience.last());
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

    private boolean gap(long fromSeq, Id to) {
        audience.counters().gaps.increment();
        return write(List.of(Codec.encode(new Frame.Gap(audience.room(), fromSeq, to.seq(), to))), to);
    }

    private void reset(Id from, Id head) {
        audience.counters().resets.increment();
        write(List.of(Codec.encode(new Frame.Reset(audience.room(), from, head))), from);
    }

    private void write(List<Entry> page) {
        if (!page.isEmpty()
                && write(page.stream().map(Entry::json).toList(), page.getLast().id())) {
            audience.counters().delivered.add(page.size());
        }
    }

    /** Moves the position if that could be written, else tries again later from where it is. */
    private boolean write(List<byte[]> frames, Id then) {
        var batch = new Outlet.Batch(frames);
        var written = Audience.written(batch, outlet);
        batch.done();
        if (written) {
            outlet.flush();
            position = then;
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
        if (state == State.AHEAD && position.seq() <= audience.last().seq()) {
            state = State.CATCHING_UP;
            step();
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
            if (state == State.PAUSED) {
                first = null; // start() asks the log again
                return;
            }
            if (state == State.READING || state == State.AHEAD) {
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
        if (state == State.AHEAD || state == State.READING) {
            state = State.CATCHING_UP;
            step();
        }
    }
}
