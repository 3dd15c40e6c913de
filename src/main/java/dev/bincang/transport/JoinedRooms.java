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

/**
 * The rooms that a connection has joined or is joining, and the reader of their subscriptions. Used on its event loop
 * only.
 */
final class JoinedRooms implements Reader {

    /**
     * One room. The subscription is null until the hub has created it. If the client left the room in the meantime, the
     * new subscription is closed.
     */
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
     * Subscribes to a room; the caller starts the subscription. Fails with {@code bad_request} if the room is joined
     * already, {@code limit_reached} if there are too many rooms, {@code not_found} or {@code forbidden} if the user
     * may not read the room, and {@code unavailable} if Redis is away.
     *
     * @param always whether to look up the user's role even if anyone may read the room
     */
    Uni<Joined> enter(RoomId room, boolean always, @Nullable Id after, int newest) {
        if (places.containsKey(room)) {
            return Uni.createFrom().failure(Refusal.bad("room: already joined"));
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

    /** Joins when the user's turn comes. Fails if the room was left before that. */
    private Uni<Joined> join(RoomId room, Place place, boolean always, @Nullable Id after, int newest) {
        return places.get(room) == place
                ? peer.hub().join(room, peer, this, always, after, newest)
                : Uni.createFrom()
                        .failure(new Refusal(ErrorCode.UNAVAILABLE, "room: was left before the join had finished"));
    }

    /**
     * Subscribes to all rooms except those that the user may not read; these get the state {@code denied}. Any other
     * failure of one room fails the whole call, and the caller must call {@link #clear}. Counts as one join per room,
     * and fails with {@code rate_limited} if the user joins too often.
     *
     * @param newest for a room without a position: the number of newest events to deliver first
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

    /** Begins to deliver the room's events. Called after the client was told that it has joined. */
    void start(RoomId room) {
        var place = places.get(room);
        if (place != null && place.subscription != null) {
            place.subscription.start();
        }
    }

    /** The position in each room: delivery continues after that event. */
    Map<RoomId, Id> positions() {
        var positions = new LinkedHashMap<RoomId, Id>();
        places.forEach((room, place) -> {
            if (place.subscription != null) {
                positions.put(room, place.subscription.at());
            }
        });
        return positions;
    }

    /** Whether all existing events of all rooms were written. */
    boolean allLive() {
        return places.values().stream().allMatch(place -> place.subscription != null && place.subscription.live());
    }

    /** Checks the access to every room again, because the user's rights may have changed. */
    void doubt() {
        for (var place : new ArrayList<>(places.values())) {
            if (place.subscription != null) {
                place.subscription.doubt();
            }
        }
    }

    /** Leaves a room. False if it was not joined. */
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
