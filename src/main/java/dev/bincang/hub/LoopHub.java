package dev.bincang.hub;

import dev.bincang.hub.Hub.Flow;
import dev.bincang.hub.Hub.Loop;
import dev.bincang.log.Entry;
import dev.bincang.log.Page;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The fan-out of one event loop. It drains the feeds' flows from a queue and hands them to its audiences, in batches.
 *
 * <p>The cork: after a drain, the next drain waits for a few times as long as this one took, up to a bound. A quiet
 * room never waits, because its last drain took microseconds and is long over. A busy room is written in ever larger
 * batches, with one write per connection and batch. So batches grow exactly when there are too many writes.
 *
 * <p>Signals are written after the events of a drain. They have a cork of their own, so that a flood of signals does not
 * delay events: while they wait, newer ones replace older ones.
 */
public final class LoopHub {

    /**
     * The result of a join.
     *
     * @param at the state from which the room continues for this reader
     * @param subscription ready to {@link Subscription#start}
     * @param pass the access check that admitted the reader
     */
    public record Joined(Frame.RoomState at, Subscription subscription, Pass pass) {}

    /** The user of a subscription. Their access is checked at the join, and again whenever it may have changed. */
    public interface Reader {
        /** The user id as events name it: escaped. */
        String user();

        /** Checks whether the user may read the room now; as {@link dev.bincang.log.ReadAccess#ask}. */
        Uni<Pass> pass(RoomId room);

        /** The subscription has ended, because the user may no longer read the room. */
        void denied(RoomId room);
    }

    private static final Logger LOG = Logger.getLogger(LoopHub.class);
    private static final long CORK_FACTOR = 4;
    private static final long WORTH_WAITING_NANOS = 500_000;
    /** After signals were written, the next ones wait for this many times as long: events get nine tenths of the time. */
    private static final long SIGNALS_FACTOR = 9;
    /** The longest wait of signals, in longest waits of events. */
    private static final long SIGNALS_CORKS = 20;
    /** Connections that are written before they are flushed. They are few enough to be in the CPU's cache still. */
    private static final int AT_HAND = 32;

    private static final int JOIN_TIMEOUT_PARTS = 5;

    private final Hub hub;
    private final Loop loop;
    private final Queue<Flow> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<RoomId, Audience> audiences = new HashMap<>();
    private final Set<Audience> touched = new LinkedHashSet<>();
    private final Set<Audience> signalled = new LinkedHashSet<>();
    private final List<Outlet> unflushed = new ArrayList<>();
    private final List<Id> events = new ArrayList<>();
    private long notBefore = System.nanoTime();
    private long signalsNotBefore = notBefore;
    private boolean signalsScheduled;
    private boolean oneRoom;

    LoopHub(Hub hub, Loop loop) {
        this.hub = hub;
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    Counters counters() {
        return hub.counters();
    }

    // ---- the feeds' flows

    /** Queues an item. Called on the hub's loop. */
    void offer(Flow flow) {
        queue.add(flow);
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        var start = System.nanoTime();
        var wait = notBefore - start;
        if (wait > WORTH_WAITING_NANOS) {
            loop.after(Duration.ofNanos(wait), this::drain);
            return;
        }
        scheduled.set(false); // before the first poll, so that a later offer schedules a new drain
        for (var flow = queue.poll(); flow != null; flow = queue.poll()) {
            take(flow);
        }
        oneRoom = touched.size() == 1;
        touched.forEach(audience -> Hub.guarded("a room", audience::deliver));
        touched.clear();
        flush();
        var end = System.nanoTime();
        notBefore = end + Math.min(hub.corkMaxNanos(), (end - start) * CORK_FACTOR);
        for (var event : events) {
            hub.counters().written(event.tag(), end);
        }
        events.clear();
        signals();
    }

    /** Writes the signals that wait, after all events. If the loop is busy with signals, they wait for their turn. */
    private void signals() {
        if (signalled.isEmpty() || signalsScheduled) {
            return;
        }
        var start = System.nanoTime();
        var wait = signalsNotBefore - start;
        if (wait > WORTH_WAITING_NANOS) {
            signalsScheduled = true;
            loop.after(Duration.ofNanos(wait), () -> {
                signalsScheduled = false;
                signals();
            });
            return;
        }
        oneRoom = signalled.size() == 1;
        signalled.forEach(audience -> Hub.guarded("the signals of a room", audience::deliverSignals));
        signalled.clear();
        flush();
        var end = System.nanoTime();
        signalsNotBefore = end + Math.min(hub.corkMaxNanos() * SIGNALS_CORKS, (end - start) * SIGNALS_FACTOR);
    }

    private void take(Flow flow) {
        var audience = audiences.get(flow.room());
        if (audience == null || !(audience.attached() || flow instanceof Flow.Attached)) {
            return; // meant for an audience that was given up
        }
        try {
            take(flow, audience);
        } catch (Throwable e) { // the loop's other rooms go on
            LOG.errorf(e, "%s failed", flow.room());
        }
    }

    private void take(Flow flow, Audience audience) {
        switch (flow) {
            case Flow.Attached attached -> {
                if (attached.audience().equals(audience)) {
                    audience.attached(attached);
                }
            }
            case Flow.Event event -> {
                touched.add(audience);
                audience.event(event);
                events.add(event.entry().id());
            }
            case Flow.Signal(var _, var signal) -> {
                signalled.add(audience);
                audience.signal(signal);
            }
            case Flow.Checked _ -> audience.checked();
            case Flow.Gap gap -> audience.gap(gap);
            case Flow.Reset reset -> audience.reset(reset);
        }
    }

    /** Marks a connection to be flushed before this drain ends. A drain of one room flushes every few connections. */
    void toFlush(Outlet outlet) {
        unflushed.add(outlet);
        if (oneRoom && unflushed.size() >= AT_HAND) {
            flush();
        }
    }

    private void flush() {
        for (var outlet : unflushed) {
            try {
                outlet.flush();
            } catch (Throwable e) { // its frames go out with the next flush, or when it ends
                LOG.error("a connection could not be flushed", e);
            }
        }
        unflushed.clear();
    }

    // ---- joining and leaving

    /**
     * Subscribes a connection of this loop to a room. Called on this loop only.
     *
     * <p>Fails with {@code not_found} or {@code forbidden} if the user may not read the room, and with
     * {@code unavailable} if Redis does not report the room's head in time.
     *
     * @param always whether to check the user's access even if any signed-in user may read the room
     * @param after the position to continue after, or null for "from now on"
     * @param newest without {@code after}: the number of newest events to send first
     */
    public Uni<Joined> join(RoomId room, Outlet outlet, Reader reader, boolean always, @Nullable Id after, int newest) {
        return Uni.createFrom().emitter(emitter -> {
            var audience = audiences.computeIfAbsent(room, id -> {
                var created = new Audience(id, this);
                hub.attach(created);
                return created;
            });
            audience.joinBegun();
            if (!audience.attached()) {
                giveUpLater(audience, emitter, 0);
            }
            // Access is checked only once the room is followed, so that every later change of it is seen.
            audience.whenAttached(() -> {
                Consumer<Pass> then =
                        pass -> new Join(this, audience, outlet, reader, pass, emitter).begin(after, newest);
                Consumer<Throwable> failed = failure -> {
                    emitter.fail(failure);
                    audience.joinEnded();
                };
                if (always) {
                    audience.ask(reader, then, failed);
                } else {
                    audience.admit(reader, after, then, failed);
                }
            });
        });
    }

    /**
     * Gives a join up after the timeout. The timer has several parts, because time in which this loop does not run does
     * not count: Redis' answer may be in the socket, unread. A loop that stands still makes at most one part late.
     */
    private void giveUpLater(Audience audience, UniEmitter<? super Joined> emitter, int passed) {
        if (passed == JOIN_TIMEOUT_PARTS) {
            giveUp(audience, emitter);
        } else if (!audience.attached()) {
            loop.after(
                    hub.joinTimeout().dividedBy(JOIN_TIMEOUT_PARTS), () -> giveUpLater(audience, emitter, passed + 1));
        }
    }

    private void giveUp(Audience audience, UniEmitter<? super Joined> emitter) {
        if (!audience.attached()) {
            emitter.fail(new Refusal(ErrorCode.UNAVAILABLE, "Redis is unavailable", 500L));
            if (audiences.remove(audience.room(), audience)) {
                hub.detach(audience);
            }
        }
    }

    /** The last subscription has left. The room is followed a little longer, for clients that come right back. */
    void emptied(Audience audience) {
        loop.after(hub.linger(), () -> {
            if (audience.isEmpty() && audiences.remove(audience.room(), audience)) {
                hub.detach(audience);
            }
        });
    }

    // ---- for audiences

    /** Reads the page after a position, as {@link Feed#page}. The answer arrives on this loop. */
    void read(RoomId room, Id position, BiConsumer<@Nullable Page, @Nullable Throwable> then) {
        hub.page(room, position, (page, failure) -> loop.execute(() -> then.accept(page, failure)));
    }

    /** Reads the newest events, oldest first. The answer arrives on this loop. */
    Uni<List<Entry>> newest(RoomId room, int count) {
        return hub.newest(room, count).emitOn(loop::execute);
    }

    void suspect(RoomId room, Id head) {
        hub.suspect(room, head);
    }
}
