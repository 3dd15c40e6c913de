package dev.bincang.hub;

import dev.bincang.log.Page;
import dev.bincang.log.Verdict;
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
import org.jspecify.annotations.Nullable;

/**
 * The fan-out of one event loop: takes the feeds' flows from a queue and hands them to its audiences, gathered.
 *
 * <p>The cork: after a drain the next one waits for a few times as long as that one took, up to a bound. A quiet room
 * never waits, since its drain took microseconds and is long past; a busy one is written in ever larger batches, one
 * write per connection each, just when writes are what there is too much of.
 */
public final class LoopHub {

    /** A subscription that is ready to {@link Subscription#start}, and how the room goes on for it. */
    public record Joined(Frame.RoomState at, Subscription subscription) {}

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
        touched.forEach(Audience::deliver);
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
        switch (flow) {
            case Flow.Attached(var _, var whose, var last, var ring) -> {
                if (whose.equals(audience)) {
                    audience.attached(last, ring);
                }
            }
            case Flow.Event event -> {
                audience.event(event);
                touched.add(audience);
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
        unflushed.forEach(Outlet::flush);
        unflushed.clear();
    }

    // ---- joining and leaving

    /**
     * Subscribes a connection of this loop; on this loop only.
     *
     * <p>Fails with {@code unavailable} when Redis does not say where the room is in time.
     *
     * @param after the position to go on behind, or null for "from now on"
     * @param newest without {@code after}: so many of the newest events come first
     */
    public Uni<Joined> join(RoomId room, Outlet outlet, @Nullable Id after, int newest) {
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
            audience.whenAttached(() -> {
                if (after != null) {
                    joinAfter(audience, outlet, after, emitter);
                } else if (newest > 0) {
                    joinNewest(audience, outlet, newest, emitter);
                } else {
                    joined(audience, outlet, audience.last(), null, emitter);
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

    private void joinAfter(Audience audience, Outlet outlet, Id after, UniEmitter<? super Joined> emitter) {
        if (after.equals(audience.last())
                || audience.ring().after(after) != null
                || audience.ring().contains(after)) {
            joined(audience, outlet, after, null, emitter);
            return;
        }
        read(audience.room(), after, (page, failure) -> {
            if (failure != null) {
                failed(audience, failure, emitter);
            } else if (page == null) {
                joined(audience, outlet, after, null, emitter);
            } else {
                audience.suspect(page.head());
                joined(audience, outlet, after, Verdict.of(after, page), emitter);
            }
        });
    }

    private void joinNewest(Audience audience, Outlet outlet, int newest, UniEmitter<? super Joined> emitter) {
        hub.newest(audience.room(), newest)
                .subscribe()
                .with(
                        entries -> loop.execute(() -> {
                            var from = entries.isEmpty()
                                    ? audience.last()
                                    : entries.getFirst().prev();
                            joined(audience, outlet, from, null, emitter);
                        }),
                        failure -> loop.execute(() -> failed(audience, failure, emitter)));
    }

    private void failed(Audience audience, Throwable failure, UniEmitter<? super Joined> emitter) {
        emitter.fail(failure);
        audience.joinEnded();
    }

    private void joined(
            Audience audience,
            Outlet outlet,
            Id position,
            @Nullable Verdict first,
            UniEmitter<? super Joined> emitter) {
        var subscription = new Subscription(audience, outlet, position, first);
        audience.add(subscription);
        audience.joinEnded();
        var state = switch (first) {
            case Verdict.Gap _ -> Frame.State.GAP;
            case Verdict.Reset _ -> Frame.State.RESET;
            case Verdict.Next _ -> Frame.State.OK;
            case null -> Frame.State.OK;
        };
        emitter.complete(new Joined(new Frame.RoomState(state, audience.last()), subscription));
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

    void suspect(RoomId room, Id head) {
        hub.suspect(room, head);
    }
}
