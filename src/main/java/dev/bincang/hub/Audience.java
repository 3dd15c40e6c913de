package dev.bincang.hub;

import dev.bincang.hub.Hub.Flow;
import dev.bincang.hub.LoopHub.Reader;
import dev.bincang.hub.signal.PublishedSignal;
import dev.bincang.hub.signal.WaitingSignals;
import dev.bincang.log.Page;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one room on one event loop, and the position up to which this loop has the room's events. Used
 * on that loop only.
 */
final class Audience {

    private final RoomId room;
    private final LoopHub hub;
    private final SubscriptionList live = new SubscriptionList();
    private final SubscriptionList notLive = new SubscriptionList();
    private final List<byte[]> frames = new ArrayList<>();
    private final WaitingSignals signals = new WaitingSignals();

    private List<Runnable> joiners = new ArrayList<>();
    private Flow.@Nullable Attached feed;
    private Id last = Id.ZERO;
    private Id batchFrom = Id.ZERO;
    private int joining;
    /** Whether, as of {@link #last}, any signed-in user may read the room. */
    private boolean anyone;
    /** Counts the possible changes of who may read. */
    private int accessChanges;

    Audience(RoomId room, LoopHub hub) {
        this.room = room;
        this.hub = hub;
    }

    RoomId room() {
        return room;
    }

    Id last() {
        return last;
    }

    /** The position up to which the live subscriptions have been written. */
    Id delivered() {
        return frames.isEmpty() ? last : batchFrom;
    }

    Counters counters() {
        return hub.counters();
    }

    /** Passes on an item of the feed's flow. Called on the hub's loop. */
    void offer(Flow flow) {
        hub.offer(flow);
    }

    /** Whether the feed has reported its position. */
    boolean attached() {
        return feed != null;
    }

    /** What the feed has reported. */
    Flow.Attached feed() {
        return Objects.requireNonNull(feed, "not attached");
    }

    Ring ring() {
        return feed().ring();
    }

    boolean isEmpty() {
        return live.isEmpty() && notLive.isEmpty() && joining == 0;
    }

    /** Counts a join that is in progress. It keeps this audience until {@link #joinEnded}. */
    void joinBegun() {
        joining++;
    }

    void joinEnded() {
        joining--;
        if (isEmpty()) {
            hub.emptied(this);
        }
    }

    /** Runs {@code joiner} now if the feed has reported its position, else as soon as it does. */
    void whenAttached(Runnable joiner) {
        if (attached()) {
            joiner.run();
        } else {
            joiners.add(joiner);
        }
    }

    void attached(Flow.Attached to) {
        feed = to;
        last = to.last();
        var waiting = joiners;
        joiners = new ArrayList<>();
        waiting.forEach(joiner -> Hub.guarded("a join", joiner));
    }

    // ---- who may read

    /** Counts the possible changes of who may read. An access check from before such a change does not count. */
    int accessChanges() {
        return accessChanges;
    }

    /**
     * Checks whether a reader may read the room. The answer arrives on this loop. If access may have changed meanwhile,
     * the check is repeated, so the answer takes in every event that this audience has seen by then.
     *
     * @param from the position to continue from, or null for the audience's own. Ahead of the audience, access may have
     *     changed again
     */
    void admit(Reader reader, @Nullable Id from, Consumer<Pass> then, Consumer<Throwable> failed) {
        if (anyone && (from == null || from.seq() <= last.seq())) {
            then.accept(new Pass("visitor", room.value(), last, null, true));
        } else {
            ask(reader, then, failed);
        }
    }

    /** As {@link #admit}, but checks even if any signed-in user may read the room. */
    void ask(Reader reader, Consumer<Pass> then, Consumer<Throwable> failed) {
        var before = accessChanges;
        Uni.createFrom()
                .deferred(() -> reader.pass(room)) // pass itself may throw
                .subscribe()
                .with(
                        pass -> later(() -> {
                            if (before == accessChanges) {
                                anyone = pass.anyone();
                                then.accept(pass);
                            } else {
                                ask(reader, then, failed);
                            }
                        }),
                        failure -> later(() -> failed.accept(failure)));
    }

    /** Events that this audience has not seen may have changed who may read: every subscription checks again. */
    private void doubt() {
        accessChanges++;
        anyone = false;
        live.each(Subscription::doubt);
        notLive.each(Subscription::doubt);
    }

    // ---- subscriptions

    void add(Subscription subscription) {
        notLive.put(subscription);
    }

    void wentLive(Subscription subscription) {
        notLive.take(subscription);
        live.put(subscription);
    }

    /** Moves a subscription from the live ones to the others. */
    void fell(Subscription subscription) {
        live.take(subscription);
        notLive.put(subscription);
    }

    void remove(Subscription subscription) {
        (subscription.live() ? live : notLive).take(subscription);
        if (isEmpty()) {
            hub.emptied(this);
        }
    }

    // ---- the feed's flow; the events of one drain form one batch

    void event(Flow.Event event) {
        if (frames.isEmpty()) {
            batchFrom = last;
        }
        last = event.entry().id();
        frames.add(event.entry().json());
        if (event.entry().mayChangeAccess()) {
            accessChanges++;
            anyone = false;
            deliver();
            live.each(subscription -> subscription.delivered(event.entry()));
        }
    }

    void gap(Flow.Gap gap) {
        deliver();
        counters().gaps.add(live.size());
        batchFrom = last;
        last = gap.to();
        frames.add(Codec.encode(new Frame.Gap(room, gap.fromSeq(), gap.to().seq(), gap.to())));
        deliver();
        doubt();
    }

    void reset(Flow.Reset reset) {
        deliver();
        counters().resets.add(live.size());
        batchFrom = last;
        last = reset.from();
        frames.add(Codec.encode(new Frame.Reset(room, reset.from(), reset.head())));
        deliver();
        var behind = notLive.copy();
        doubt();
        SubscriptionList.each(behind, other -> other.reset(reset.from(), reset.head(), reset.dropped()));
    }

    void checked() {
        deliver();
        doubt(); // an earlier access check may belong to a void history
        notLive.each(Subscription::recheck);
    }

    /** Writes the batch to all live subscriptions. One whose outbox is full falls behind; the others do not wait. */
    void deliver() {
        if (frames.isEmpty()) {
            return;
        }
        var batch = new Outlet.Batch(List.copyOf(frames));
        var count = frames.size();
        frames.clear();
        var written = 0;
        for (int i = live.size() - 1; i >= 0; i--) {
            var subscription = live.get(i);
            if (subscription.outlet().writable() && batch.writtenTo(subscription.outlet())) {
                hub.toFlush(subscription.outlet());
                written++;
            } else {
                fell(subscription);
                subscription.fellBehind(batchFrom);
            }
        }
        batch.done();
        counters().delivered.add((long) written * count);
        if (!notLive.isEmpty()) {
            notLive.each(Subscription::advanced);
        }
    }

    // ---- signals

    void signal(PublishedSignal signal) {
        counters().signalWaits(signals.add(signal));
    }

    /** Writes the signals that wait to the live subscriptions whose outbox has room. The others do not get them. */
    void deliverSignals() {
        var some = signals.take();
        var batch = Outlet.Batch.ofSignals(some);
        var written = live.offer(batch, hub::toFlush);
        batch.done();
        counters().signalsDelivered.add((long) written * some.size());
        counters().signalsDropped.add((long) (live.size() - written + notLive.size()) * some.size());
    }
    // ---- for subscriptions

    void later(Runnable task) {
        hub.loop().execute(task);
    }

    void after(Duration delay, Runnable task) {
        hub.loop().after(delay, task);
    }

    void read(Id position, BiConsumer<@Nullable Page, @Nullable Throwable> then) {
        hub.read(room, position, then);
    }

    /** A subscription read this head in the log. If it differs from the audience's position, the feed checks it. */
    void suspect(Id head) {
        if (!head.equals(last)) {
            hub.suspect(room, head);
        }
    }
}
