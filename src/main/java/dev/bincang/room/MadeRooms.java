package dev.bincang.room;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** Counts the rooms that each user has made, and limits them. The limit for a guest is lower. */
@Singleton
class MadeRooms {

    private static final Logger LOG = Logger.getLogger(MadeRooms.class);

    private final RedisCommands link;
    private final Keys keys;
    private final Script made;
    private final int maxPerUser;
    private final int maxPerGuest;

    MadeRooms(RedisCommands link, Keys keys, BincangConfig config) {
        this.link = link;
        this.keys = keys;
        made = new Script(link, Script.source(MadeRooms.class, "made.lua"));
        maxPerUser = config.rooms().maxPerUser();
        maxPerGuest = config.rooms().maxPerGuest();
    }

    /**
     * Makes a room and counts it. Fails as {@code making} does, and with {@code limit_reached} if the user has made too
     * many.
     */
    <T> Uni<T> counted(Actor actor, RoomId room, Uni<T> making) {
        var most = User.isGuest(actor.user().id()) ? maxPerGuest : maxPerUser;
        return made.run(List.of(keys.madeBy(actor.key())), room, most).chain(counted -> switch (counted.text()) {
            case "full" ->
                Uni.createFrom()
                        .failure(new Refusal(
                                ErrorCode.LIMIT_REACHED, "you have made " + most + " rooms: delete one first"));
            // After "unavailable" the room may exist, so it stays counted.
            case "new" ->
                making.onFailure(failure -> failure instanceof Refusal refusal
                                && !refusal.code().retry())
                        .call(() -> gone(actor.key(), room));
            default -> making;
        });
    }

    /**
     * Removes a room that does not exist, or not any more, from the count. If this cannot be written, the room stays
     * counted and the log says so.
     */
    Uni<Void> gone(String user, RoomId room) {
        return link.call("SREM", keys.madeBy(user), room)
                .replaceWithVoid()
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "a room that does not exist still counts against its user's limit: %s",
                            failure.getMessage());
                    return null;
                });
    }
}
