package dev.bincang.hub;

import dev.bincang.hub.LoopHub.Joined;
import dev.bincang.hub.LoopHub.Reader;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.log.Verdict;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates a subscription for a reader who was admitted, and decides where it begins. Used on its loop only. */
final class Join {

    private final LoopHub hub;
    private final Audience audience;
    private final Outlet outlet;
    private final Reader reader;
    private final Pass pass;
    private final int accessChanges;
    private final UniEmitter<? super Joined> emitter;
    private boolean ended;

    Join(LoopHub hub, Audience audience, Outlet outlet, Reader reader, Pass pass, UniEmitter<? super Joined> emitter) {
        this.hub = hub;
        this.audience = audience;
        this.outlet = outlet;
        this.reader = reader;
        this.pass = pass;
        this.emitter = emitter;
        accessChanges = audience.accessChanges();
    }

    /**
     * Finds the position and completes the join.
     *
     * @param after the position to continue after, or null for "from now on"
     * @param newest without {@code after}: the number of newest events to send first
     */
    void begin(@Nullable Id after, int newest) {
        guarded(() -> {
            if (after != null) {
                after(after);
            } else if (newest > 0) {
                newest(newest);
            } else {
                done(allowed(audience.last()), null, audience.last());
            }
        });
    }

    /** Returns the position, or the point from which the reader may read if that is later. */
    private Id allowed(Id position) {
        var from = pass.from();
        return from != null && position.seq() < from.seq() ? from : position;
    }

    /** Runs a step of the join. If it throws, the join fails with that error. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void after(Id position) {
        var from = pass.from();
        if (from != null && position.seq() < from.seq()) {
            done(position, new Verdict.Gap(position.seq() + 1, from, List.of()), audience.last());
        } else if (position.equals(audience.last())
                || audience.ring().after(position) != null
                || audience.ring().contains(position)) {
            done(position, null, audience.last());
        } else {
            hub.read(
                    audience.room(),
                    position,
                    (page, failure) -> guarded(() -> {
                        if (failure != null) {
                            failed(failure);
                        } else if (page == null) {
                            done(position, null, audience.last());
                        } else {
                            audience.suspect(page.head());
                            done(position, Verdict.of(position, page), page.head());
                        }
                    }));
        }
    }

    private void newest(int count) {
        hub.newest(audience.room(), count)
                .subscribe()
                .with(
                        entries -> guarded(() -> {
                            var position = entries.isEmpty()
                                    ? audience.last()
                                    : entries.getFirst().prev();
                            var head = entries.isEmpty()
                                    ? audience.last()
                                    : entries.getLast().id();
                            done(allowed(position), null, head);
                        }),
                        this::failed);
    }

    private static Id newest(Id one, Id other) {
        return other.seq() > one.seq() ? other : one;
    }

    private void failed(Throwable failure) {
        if (!ended) {
            ended = true;
            audience.joinEnded();
        }
        emitter.fail(failure);
    }

    /** @param seen a head that was read in the log. This pod may not have received it yet, or may be past it */
    private void done(Id position, @Nullable Verdict initialVerdict, Id seen) {
        var delivery = new Delivery(audience, outlet, reader, pass, position);
        if (accessChanges != audience.accessChanges()) {
            delivery.doubt();
        }
        var subscription = new Subscription(audience, delivery, initialVerdict);
        audience.add(subscription);
        ended = true;
        audience.joinEnded();
        var state = switch (initialVerdict) {
            case Verdict.Gap _ -> Frame.State.GAP;
            case Verdict.Reset _ -> Frame.State.RESET;
            case Verdict.Next _ -> Frame.State.OK;
            case null -> Frame.State.OK;
        };
        var head = initialVerdict instanceof Verdict.Reset ? seen : newest(audience.last(), newest(seen, position));
        emitter.complete(new Joined(new Frame.RoomState(state, head), subscription, pass));
    }
}
