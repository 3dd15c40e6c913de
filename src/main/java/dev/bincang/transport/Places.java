package dev.bincang.transport;

import dev.bincang.hub.LoopHub.Joined;
import dev.bincang.hub.Subscription;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rooms a connection is in, or about to be in. Used on its event loop only. */
final class Places {

    /** One room; the subscription comes when the hub has it, unless the place was given up meanwhile. */
    private static final class Place {
        private @Nullable Subscription subscription;
    }

    private final Peer peer;
    private final int max;
    private final Map<RoomId, Place> places = new HashMap<>(2);

    Places(Peer peer, int max) {
        this.peer = peer;
        this.max = max;
    }

    Refusal full() {
        return new Refusal(ErrorCode.LIMIT_REACHED, "a connection can be in at most " + max + " rooms");
    }

    /**
     * Subscribes; the caller starts it. Fails with {@code bad_request} for a room it is in already, {@code limit_reached}
     * for too many, {@code unavailable} when Redis is away.
     */
    Uni<Joined> enter(RoomId room, @Nullable Id after, int newest) {
        if (places.containsKey(room)) {
            return Uni.createFrom().failure(Refusal.bad("room: joined already"));
        }
        if (places.size() >= max) {
            return Uni.createFrom().failure(full());
        }
        var place = new Place();
        places.put(room, place);
        return peer.hub()
                .join(room, peer, after, newest)
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

    /** All of them or none: a failure of one fails it, and {@link #clear} has to follow. */
    Uni<Map<RoomId, Joined>> enterAll(Map<RoomId, @Nullable Id> rooms) {
        if (rooms.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return Uni.createFrom()
                .<Map<RoomId, Joined>>emitter(emitter -> peer.onLoop(() -> {
                    var ids = new ArrayList<>(rooms.keySet());
                    var joins = new ArrayList<Uni<Joined>>(ids.size());
                    ids.forEach(room -> joins.add(enter(room, rooms.get(room), 0)));
                    Uni.join()
                            .all(joins)
                            .andFailFast()
                            .subscribe()
                            .with(
                                    all -> {
                                        var joined = new LinkedHashMap<RoomId, Joined>();
                                        for (int i = 0; i < ids.size(); i++) {
                                            joined.put(ids.get(i), all.get(i));
                                        }
                                        emitter.complete(joined);
                                    },
                                    emitter::fail);
                }));
    }

    void startAll() {
        places.values().forEach(place -> {
            if (place.subscription != null) {
                place.subscription.start();
            }
        });
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
