package dev.bincang.transport;

import dev.bincang.auth.RateLimits.What;
import dev.bincang.hub.LoopHub.Joined;
import dev.bincang.hub.LoopHub.Reader;
import dev.bincang.hub.Subscription;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Frame.RoomState;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rooms a connection is in, or about to be in, and the one who reads them. Used on its event loop only. */
final class JoinedRooms implements Reader {

    /** One room; the subscription comes when the hub has it, unless the place was given up meanwhile. */
    private static final class Place {
        private @Nullable Subscription subscription;
    }

    private final Peer peer;
    private final Login login;
    private final Dispatcher dispatcher;
    private final int max;
    private final Map<RoomId, Place> places = new HashMap<>(2);

    JoinedRooms(Peer peer, Login login, Dispatcher dispatcher, int max) {
        this.peer = peer;
        this.login = login;
        this.dispatcher = dispatcher;
        this.max = max;
    }

    @Override
    public String user() {
        return login.actor().key();
    }

    @Override
    public Uni<Pass> pass(RoomId room) {
        return dispatcher.readAccess.ask(
                room, login.actor().key(), login.actor().admin());
    }

    @Override
    public void denied(RoomId room) {
        if (places.remove(room) != null) {
            peer.reply(Codec.encode(new Frame.Denied(room)));
        }
    }

    Refusal full() {
        return new Refusal(ErrorCode.LIMIT_REACHED, "a connection can be in at most " + max + " rooms");
    }

    /**
     * Subscribes; the caller starts it. Fails with {@code bad_request} for a room it is in already, {@code limit_reached}
     * for too many, {@code not_found} or {@code forbidden} where he may not read it, {@code unavailable} when Redis is away.
     *
     * @param always whether to ask for his role even where anyone may read
     */
    Uni<Joined> enter(RoomId room, boolean always, @Nullable Id after, int newest) {
        if (places.containsKey(room)) {
            return Uni.createFrom().failure(Refusal.bad("room: joined already"));
        }
        if (places.size() >= max) {
            return Uni.createFrom().failure(full());
        }
        var place = new Place();
        places.put(room, place);
        return dispatcher
                .shares
                .run(user(), peer::onLoop, () -> join(room, place, always, after, newest))
                .onItem()
                .invoke(joined -> {
                    place.subscription = joined.subscription();
                    if (places.get(room) != place) {
                        joined.subscription().close();
                    }
                })
                .onFailure()
                .invoke(() -> peer.onLoop(() -> places.remove(room, place)));
    }

    /** When it is the user's turn, which may be after the place was given up. */
    private Uni<Joined> join(RoomId room, Place place, boolean always, @Nullable Id after, int newest) {
        return places.get(room) == place
                ? peer.hub().join(room, peer, this, always, after, newest)
                : Uni.createFrom().failure(new Refusal(ErrorCode.UNAVAILABLE, "left meanwhile"));
    }

    /**
     * All of them, but those he may not read; any other failure of one fails it, and {@link #clear} has to follow.
     * Counts as so many joins of the user, and fails with {@code rate_limited} where they are too many.
     *
     * @param newest where there is no position: so many of the newest first
     */
    Uni<Map<RoomId, RoomState>> enterAll(Map<RoomId, @Nullable Id> rooms, int newest) {
        if (rooms.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        var tooMany = dispatcher.rates.take(What.JOIN, user(), rooms.size());
        if (tooMany != null) {
            return Uni.createFrom().failure(tooMany);
        }
        return Uni.createFrom()
                .<Map<RoomId, RoomState>>emitter(emitter -> peer.onLoop(() -> {
                    var ids = new ArrayList<>(rooms.keySet());
                    Uni.join()
                            .all(ids.stream()
                                    .map(room -> state(room, rooms.get(room), newest))
                                    .toList())
                            .andFailFast()
                            .subscribe()
                            .with(
                                    all -> {
                                        var states = new LinkedHashMap<RoomId, RoomState>();
                                        for (int i = 0; i < ids.size(); i++) {
                                            states.put(ids.get(i), all.get(i));
                                        }
                                        emitter.complete(states);
                                    },
                                    emitter::fail);
                }));
    }

    private Uni<RoomState> state(RoomId room, @Nullable Id after, int newest) {
        return enter(room, false, after, newest)
                .map(Joined::at)
                .onFailure(failure -> failure instanceof Refusal refusal
                        && (refusal.code() == ErrorCode.NOT_FOUND || refusal.code() == ErrorCode.FORBIDDEN))
                .recoverWithItem(new RoomState(Frame.State.DENIED, null));
    }

    void startAll() {
        places.keySet().forEach(this::start);
    }

    /** Once the client knows that it is in. */
    void start(RoomId room) {
        var place = places.get(room);
        if (place != null && place.subscription != null) {
            place.subscription.start();
        }
    }

    /** Behind which event each room goes on. */
    Map<RoomId, Id> positions() {
        var positions = new LinkedHashMap<RoomId, Id>();
        places.forEach((room, place) -> {
            if (place.subscription != null) {
                positions.put(room, place.subscription.at());
            }
        });
        return positions;
    }

    /** Whether all that its rooms have so far was written. */
    boolean allLive() {
        return places.values().stream().allMatch(place -> place.subscription != null && place.subscription.live());
    }

    /** What he may read could be another thing by now. */
    void doubt() {
        for (var place : new ArrayList<>(places.values())) {
            if (place.subscription != null) {
                place.subscription.doubt();
            }
        }
    }

    /** False if it was not there. */
    boolean leave(RoomId room) {
        var place = places.remove(room);
        if (place != null && place.subscription != null) {
            place.subscription.close();
        }
        return place != null;
    }

    void clear() {
        for (var room : new ArrayList<>(places.keySet())) {
            leave(room);
        }
    }
}
