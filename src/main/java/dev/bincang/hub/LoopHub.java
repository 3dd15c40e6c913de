package dev.bincang.hub;

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
 * The fan-out of one event loop: takes the feeds' flows from a queue and hands them to its audiences, gathered.
 *
 * <p>The cork: after a drain the next one waits for a few times as long as that one took, up to a bound. A quiet room
 * never waits, since its drain took microseconds and is long past; a busy one is written in ever larger batches, one
 * write per connection each, just when writes are what there is too much of.
 */
public final class LoopHub {

    /** A subscription that is ready to {@link Subscription#start}, how the room goes on for it, and by which right. */
    public record Joined(Frame.RoomState at, Subscription subscription, Pass pass) {}

    /** For whom a subscription is: asked for when he joins, and wherever his rights may have changed since. */
    public interface Reader {
        /** As events name him: escaped. */
        String user();

        /** Whether he may read the room now, as {@link dev.bincang.log.ReadAccess#ask}. */
        Uni<Pass> pass(RoomId room);

        /** His subscription has ended, for he may not read the room any more. */
        void denied(RoomId room);
    }

    /** What a feed tells the event loops that have subscriptions of its room, in the feed's order. */
    sealed interface Flow {
        RoomId room();

        /** This audience is in: all after {@code last} follows. One that was given up meanwhile must not take it for its own. */
        record Attached(RoomId room, Audience audience, Id last, Ring ring) implements Flow {}

        /** The link was away and the feed has checked itself: who is ahead of it has to do the same. */
        record Checked(RoomId room) implements Flow {}

        record Event(RoomId room, Entry entry) implements Flow {}

        /** Events {@code fromSeq} to {@code to.seq()} are gone; it goes on behind {@code to}. */
        record Gap(RoomId room, long fromSeq, Id to) implements Flow {}

        /** What followed {@code from} is void: it goes on behind {@code from}. */
        record Reset(RoomId room, Id from, Id head, Set<Id> dropped) implements Flow {}
    }

    private static final Logger LOG = Logger.getLogger(LoopHub.class);
    private static final long CORK_FACTOR = 4;
    private static final long WORTH_WAITING_NANOS = 500_000;
    /** So many connections are written before they are flushed: few enough to be at hand still, in the CPU's cache. */
    private static final int AT_HAND = 32;

    private final Hub hub;
    private final Loop loop;
    private final Queue<Flow> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<RoomId, Audience> audiences = new HashMap<>();
    private final Set<Audience> touched = new LinkedHashSet<>();
    private final List<Outlet> unflushed = new ArrayList<>();
    private final List<Id> events = new ArrayList<>();
    private long notBefore = System.nanoTime();
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

    /** From the hub's loop. */
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
        scheduled.set(false); // first, so that an offer from here on wakes us again
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
    }

    private void take(Flow flow) {
        var audience = audiences.get(flow.room());
        if (audience == null || !(audience.attached() || flow instanceof Flow.Attached)) {
            return; // for an audience that was given up
        }
        try {
            take(flow, audience);
        } catch (Throwable e) { // the other rooms of this loop go on
            LOG.errorf(e, "%s failed", flow.room());
        }
    }

    private void take(Flow flow, Audience audience) {
        switch (flow) {
            case Flow.Attached(var _, var whose, var last, var ring) -> {
                if (whose.equals(audience)) {
                    audience.attached(last, ring);
                }
            }
            case Flow.Event event -> {
                touched.add(audience);
                audience.event(event);
                events.add(event.entry().id());
            }
            case Flow.Checked _ -> audience.checked();
            case Flow.Gap gap -> audience.gap(gap);
            case Flow.Reset reset -> audience.reset(reset);
        }
    }

    /** Flushes it before this drain ends, once for all of its rooms. */
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
            } catch (Throwable e) { // what it has is written with the next flush, or its end
                LOG.error("a connection could not be flushed", e);
            }
        }
        unflushed.clear();
    }

    // ---- joining and leaving

    /**
     * Subscribes a connection of this loop; on this loop only.
     *
     * <p>Fails with {@code not_found} or {@code forbidden} where he may not read the room, {@code unavailable} when Redis
     * does not say where it is in time.
     *
     * @param always whether to ask for him even where it is known that anyone may
     * @param after the position to go on behind, or null for "from now on"
     * @param newest without {@code after}: so many of the newest events come first
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
                loop.after(hub.joinTimeout(), () -> giveUp(audience, emitter));
            }
            // Asked only when the room is followed, so that whatever is decided from here on will be seen.
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

    private void giveUp(Audience audience, UniEmitter<? super Joined> emitter) {
        if (!audience.attached()) {
            emitter.fail(new Refusal(ErrorCode.UNAVAILABLE, "Redis is away", 500L));
            if (audiences.remove(audience.room(), audience)) {
                hub.detach(audience);
            }
        }
    }

    /** The audience's last subscription left: the room is followed for a while yet, for who comes right back. */
    void emptied(Audience audience) {
        loop.after(hub.linger(), () -> {
            if (audience.isEmpty() && audiences.remove(audience.room(), audience)) {
                hub.detach(audience);
            }
        });
    }

    // ---- for audiences

    /** The answer comes on this loop. */
    void read(RoomId room, Id position, BiConsumer<@Nullable Page, @Nullable Throwable> then) {
        hub.page(room, position, (page, failure) -> loop.execute(() -> then.accept(page, failure)));
    }

    /** The answer comes on this loop. */
    Uni<List<Entry>> newest(RoomId room, int count) {
        return hub.newest(room, count).emitOn(loop::execute);
    }

    void suspect(RoomId room, Id head) {
        hub.suspect(room, head);
    }
}
