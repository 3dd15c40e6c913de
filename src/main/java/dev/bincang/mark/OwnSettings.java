package dev.bincang.mark;

import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.RoomViews;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores each user's own settings of the rooms that they are a member of. */
@Singleton
public class OwnSettings {

    /** The most rooms of which a user may have settings. */
    static final int MOST = 5_000;

    private final RoomViews views;
    private final RedisCommands link;
    private final Keys keys;
    private final RateLimits limits;
    private final Script change;
    private final Script all;

    OwnSettings(RoomViews views, RedisCommands link, Keys keys, RateLimits limits) {
        this.views = views;
        this.link = link;
        this.keys = keys;
        this.limits = limits;
        change = new Script(link, Script.source(OwnSettings.class, "preferences.lua"));
        all = new Script(link, "return redis.call('HGETALL', KEYS[1])");
    }

    /**
     * Changes the user's own settings of a room. Fails with {@code not_found} if they may not know the room, {@code
     * forbidden} if they are not a member, {@code bad_request}, {@code rate_limited}, {@code limit_reached} if they have
     * settings of too many rooms.
     */
    public Uni<Preferences> change(Actor actor, RoomId room, Preferences.Change wanted) {
        var until = wanted.mutedUntil();
        if (until != null && (until < 0 || until > Members.FOREVER)) {
            return Uni.createFrom().failure(Refusal.bad("mutedUntil: must be milliseconds since 1970, or 0"));
        }
        var tooOften = limits.take(What.MARK, actor.key());
        if (tooOften != null) {
            return Uni.createFrom().failure(tooOften);
        }
        return views.one(room, actor.key(), actor.admin(), List.of("kind"))
                .chain(view -> view.member()
                        ? store(actor, room, wanted)
                        : Uni.createFrom()
                                .failure(new Refusal(
                                        ErrorCode.FORBIDDEN, "only a member of the room has settings of it")));
    }

    private Uni<Preferences> store(Actor actor, RoomId room, Preferences.Change wanted) {
        var about = wanted.notifyAbout();
        return change.run(
                        List.of(keys.preferencesOf(actor.key())),
                        room,
                        flag(wanted.pinned()),
                        wanted.mutedUntil() == null ? "" : wanted.mutedUntil(),
                        flag(wanted.archived()),
                        about == null ? "" : about.wire(),
                        MOST)
                .map(stored -> {
                    if (stored.isNil()) {
                        throw new Refusal(
                                ErrorCode.LIMIT_REACHED, "you have settings of " + MOST + " rooms: reset some first");
                    }
                    return Preferences.stored(stored.text());
                });
    }

    private static String flag(@Nullable Boolean value) {
        return value == null ? "" : value ? "1" : "0";
    }

    /** All that a user has stored, by room. Fails with {@code unavailable}. */
    public Uni<Map<RoomId, Preferences>> of(Actor actor) {
        return all.run(List.of(keys.preferencesOf(actor.key()))).map(reply -> {
            var texts = reply.texts();
            var found = new HashMap<RoomId, Preferences>();
            for (int i = 0; i + 1 < texts.size(); i += 2) {
                found.put(new RoomId(texts.get(i)), Preferences.stored(texts.get(i + 1)));
            }
            return found;
        });
    }

    /** Removes what is stored about rooms that the user has left. */
    public Uni<Void> forget(Actor actor, Collection<RoomId> rooms) {
        return rooms.isEmpty()
                ? Uni.createFrom().voidItem()
                : link.call("HDEL", keys.preferencesOf(actor.key()), rooms.toArray())
                        .replaceWithVoid();
    }
}
