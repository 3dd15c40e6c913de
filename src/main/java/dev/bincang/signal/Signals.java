package dev.bincang.signal;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.hub.Counters;
import dev.bincang.hub.signal.PublishedSignal;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.message.Messages;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Refusal;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import dev.bincang.room.Actor;
import dev.bincang.room.Events;
import dev.bincang.room.Right;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Publishes signals in rooms. The step that publishes also checks the right, as the append script does for events. A
 * signal may be lost: Redis does not store it.
 */
@Singleton
public class Signals {

    /** A room of any size. */
    public static final int ANY_SIZE = Integer.MAX_VALUE;

    private final Script publish;
    private final Keys keys;
    private final RateLimits limits;
    private final Counters counters;
    private final String open;

    Signals(RedisCommands link, Keys keys, RateLimits limits, Counters counters, BincangConfig config) {
        this.keys = keys;
        this.limits = limits;
        this.counters = counters;
        publish = new Script(
                link,
                Script.source(RoomLog.class, "role.lua"),
                Script.source(Messages.class, "posting.lua"),
                Script.source(Signals.class, "signal.lua"));
        open = config.rooms().open() ? "1" : "";
    }

    /**
     * Publishes a signal of a user. Of two signals of a room with the same kind and user, only the newer one matters.
     *
     * <p>Fails with {@code not_found} or {@code forbidden} as a message does, with {@code too_large}, with {@code
     * rate_limited} if the user sends too many, and with {@code unavailable}.
     *
     * @param kind what the user's signal replaces: ASCII, at most 64 characters, no space
     * @param mostMembers in a room with more members nothing is published, and that is no error
     */
    public Uni<Void> publish(Actor actor, Right right, String kind, Frame.Signal frame, int mostMembers) {
        var room = frame.room();
        if (room.isServers()) {
            return Uni.createFrom().failure(new Refusal(ErrorCode.NOT_FOUND, "room: there is none"));
        }
        var json = Codec.encode(frame);
        if (json.length > PublishedSignal.JSON_BYTES) {
            return Uni.createFrom()
                    .failure(new Refusal(
                            ErrorCode.TOO_LARGE,
                            "a signal must have at most " + PublishedSignal.JSON_BYTES + " bytes in all"));
        }
        var tooMany = limits.take(What.SIGNAL, actor.key());
        if (tooMany != null) {
            return Uni.createFrom().failure(tooMany);
        }
        var of = keys.of(room);
        return publish.run(
                        List.of(of.room(), of.members()),
                        actor.key(),
                        actor.admin() ? "1" : "",
                        right.wire(),
                        room.isReserved() ? "" : open,
                        key(kind, actor),
                        json,
                        mostMembers)
                .invoke(this::published)
                .replaceWithVoid();
    }

    private void published(Reply reply) {
        switch (reply.at(0).text()) {
            case "ok" -> counters.signalsPublished.increment();
            case "refused" ->
                throw ReadAccess.refusal(
                        reply.at(1).text(), reply.at(2).text(), reply.at(3).text());
            default -> {} // the room is too large
        }
    }

    /** The key of a user's signal. A long id is replaced by its digest. No escaped id has the asterisk. */
    static String key(String kind, Actor actor) {
        var key = kind + ":" + actor.key();
        return key.length() <= PublishedSignal.KEY_BYTES ? key : kind + ":*" + Events.digest(actor.key());
    }
}
