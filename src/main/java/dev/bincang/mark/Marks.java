package dev.bincang.mark;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import dev.bincang.room.Actor;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves the mark of a member: the event up to which they have read. What is unread is counted from what Redis holds, each
 * time. No counter is kept, so none can drift.
 */
@Singleton
public class Marks {

    /**
     * A member's mark and what follows it.
     *
     * @param id the event up to which they have read
     * @param n the number of messages up to it
     * @param unread the number of messages after it, without deleted ones
     * @param mentions the number of mentions of them by others after it, at most 100
     */
    public record Mark(Id id, long n, long unread, long mentions) {}

    private final Script move;
    private final Keys keys;
    private final RateLimits limits;
    private final String open;

    Marks(RedisCommands link, Keys keys, RateLimits limits, BincangConfig config) {
        this.keys = keys;
        this.limits = limits;
        move = script(link, "move.lua");
        open = config.rooms().open() ? "1" : "";
    }

    /** A script of this folder, with the parts that it needs before it. */
    private static Script script(RedisCommands link, String name) {
        return new Script(
                link,
                Script.source(RoomLog.class, "role.lua"),
                Script.source(RoomLog.class, "head.lua"),
                Script.source(RoomLog.class, "mark.lua"),
                Script.source(Marks.class, name));
    }

    /**
     * Moves the mark forward, and what others may see of it. An earlier event changes nothing. An event that was trimmed
     * counts as the oldest one that the log has.
     *
     * <p>Fails with {@code not_found} if the user may not know the room or if the log has no such event, {@code forbidden}
     * if they are not a member, {@code conflict} if the mark is not {@code known}, {@code rate_limited}.
     *
     * @param known the mark that the user knows, or null to move it in any case
     */
    public Uni<Mark> read(Actor actor, RoomId room, Id upTo, @Nullable Id known) {
        return move(actor, room, "read", upTo, known);
    }

    /**
     * Moves the mark back, to the event before {@code from}. What others may see stays. If the mark is there already, or
     * before it, nothing changes. It never moves back beyond the event that made the user a member. Fails as {@link #read}.
     */
    public Uni<Mark> unread(Actor actor, RoomId room, Id from) {
        return move(actor, room, "unread", from, null);
    }

    private Uni<Mark> move(Actor actor, RoomId room, String direction, Id event, @Nullable Id known) {
        var tooOften = limits.take(What.MARK, actor.key());
        if (tooOften != null) {
            return Uni.createFrom().failure(tooOften);
        }
        var of = keys.of(room);
        return move.run(
                        List.of(of.room(), of.members(), of.log(), of.index(), of.marks()),
                        direction,
                        actor.key(),
                        actor.admin() ? "1" : "",
                        room.isReserved() ? "" : open,
                        event,
                        known == null ? "" : known)
                .map(Marks::mark);
    }

    private static Mark mark(Reply reply) {
        if (reply.at(0).text().equals("refused")) {
            throw ReadAccess.refusal(reply.at(1).text(), reply.at(2).text(), "");
        }
        return new Mark(
                Id.parse(reply.at(1).text()),
                reply.at(2).number(),
                reply.at(3).number(),
                reply.at(4).number());
    }
}
