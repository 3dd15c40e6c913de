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

/** One who may read a room, on the way to a subscription: where it begins. Used on its loop only. */
final class Join {

    private final LoopHub hub;
    private final Audience audience;
    private final Outlet outlet;
    private final Reader reader;
    private final Pass pass;
    private final int accessChanges;
    private final UniEmitter<? super Joined> emitter;

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
     * @param after null for "from now on"
     * @param newest without {@code after}: so many of the newest first
     */
    void from(@Nullable Id after, int newest) {
        if (after != null) {
            after(after);
        } else if (newest > 0) {
            newest(newest);
        } else {
            done(audience.last(), null);
        }
    }

    private void after(Id position) {
        var from = pass.from();
        if (from != null && position.seq() < from.seq()) {
            done(position, new Verdict.Gap(position.seq() + 1, from, List.of()));
        } else if (position.equals(audience.last())
                || audience.ring().after(position) != null
                || audience.ring().contains(position)) {
            done(position, null);
        } else {
            hub.read(audience.room(), position, (page, failure) -> {
                if (failure != null) {
                    failed(failure);
                } else if (page == null) {
                    done(position, null);
                } else {
                    audience.suspect(page.head());
                    done(position, Verdict.of(position, page));
                }
            });
        }
    }

    private void newest(int count) {
        hub.newest(audience.room(), count)
                .subscribe()
                .with(
                        entries -> {
                            var position = entries.isEmpty()
                                    ? audience.last()
                                    : entries.getFirst().prev();
                            var from = pass.from();
                            done(from != null && position.seq() < from.seq() ? from : position, null);
                        },
                        this::failed);
    }

    private void failed(Throwable failure) {
        emitter.fail(failure);
        audience.joinEnded();
    }

    private void done(Id position, @Nullable Verdict initialVerdict) {
        var access = new SubscriptionAccess(audience, reader, pass);
        if (accessChanges != audience.accessChanges()) {
            access.doubt();
        }
        var subscription = new Subscription(audience, outlet, access, position, initialVerdict);
        audience.add(subscription);
        audience.joinEnded();
        var state = switch (initialVerdict) {
            case Verdict.Gap _ -> Frame.State.GAP;
            case Verdict.Reset _ -> Frame.State.RESET;
            case Verdict.Next _ -> Frame.State.OK;
            case null -> Frame.State.OK;
        };
        emitter.complete(new Joined(new Frame.RoomState(state, audience.last()), subscription, pass));
    }
}
