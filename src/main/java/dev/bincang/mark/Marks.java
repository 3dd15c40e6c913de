package dev.bincang.mark;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.log.RoomViews;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import dev.bincang.room.Actor;
import dev.bincang.room.Right;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
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

    /**
     * How far a member has read, as others may see it.
     *
     * @param id the event
     * @param n the number of messages up to it
     */
    public record Receipt(String user, Id id, long n) {}

    /** The receipts of a room's members, in no order. */
    public record Receipts(List<Receipt> items) {}

    private final Script move;
    private final Script everything;
    private final Script receipts;
    private final Script mine;
    private final RoomViews views;
    private final Keys keys;
    private final RateLimits limits;
    private final String open;
    private final int large;

    Marks(RedisCommands link, Keys keys, RoomViews views, RateLimits limits, BincangConfig config) {
        this.views = views;
        this.keys = keys;
        this.limits = limits;
        move = script(link, "move.lua");
        everything = script(link, "everything.lua");
        receipts = script(link, "receipts.lua");
        mine = new Script(link, "return redis.call('SMEMBERS', KEYS[1])");
        large = config.rooms().large();
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

    /**
     * The ids of the user's rooms, which may have rooms that they have left. Fails with {@code unavailable}, and with {@code
     * rate_limited} if the pod has looked at too many rooms for them in the last minute.
     */
    public Uni<List<RoomId>> rooms(Actor actor) {
        var tooOften = limits.look(What.LISTED, actor.key());
        return tooOften != null
                ? Uni.createFrom().failure(tooOften)
                : mine.run(List.of(keys.roomsOf(actor.key()))).map(reply -> {
                    var rooms = reply.texts().stream().map(RoomId::new).toList();
                    var tooMany = limits.take(What.LISTED, actor.key(), Math.max(1, rooms.size()));
                    if (tooMany != null) {
                        throw tooMany;
                    }
                    return rooms;
                });
    }

    /** Marks all of the user's rooms as read. Fails as {@link #rooms}. */
    public Uni<Void> readEverything(Actor actor) {
        return rooms(actor)
                .chain(rooms -> rooms.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : Uni.join()
                                .all(views.slices(rooms).stream()
                                        .map(some -> readAll(actor, some))
                                        .toList())
                                .andFailFast()
                                .replaceWithVoid());
    }

    private Uni<Reply> readAll(Actor actor, List<RoomId> rooms) {
        var declared = new ArrayList<String>();
        var args = new ArrayList<>(List.<Object>of(actor.key(), actor.admin() ? "1" : ""));
        for (var room : rooms) {
            var of = keys.of(room);
            declared.addAll(List.of(of.room(), of.members(), of.marks()));
            args.add(room.isReserved() ? "" : open);
        }
        return everything.run(declared, args.toArray());
    }

    /**
     * How far each member has read. Fails with {@code not_found} if the user may not know the room, {@code forbidden} if
     * their role does not allow it or the room has more members than {@code bincang.rooms.large}.
     */
    public Uni<Receipts> receipts(Actor actor, RoomId room) {
        var of = keys.of(room);
        return receipts.run(
                        List.of(of.room(), of.members(), of.log(), of.marks()),
                        actor.key(),
                        actor.admin() ? "1" : "",
                        room.isReserved() ? "" : open,
                        large,
                        Right.READ_RECEIPTS.wire())
                .map(reply -> {
                    accepted(reply);
                    var items = new ArrayList<Receipt>();
                    for (int i = 1; i + 2 < reply.size(); i += 3) {
                        items.add(new Receipt(
                                Keys.unescape(reply.at(i).text()),
                                Id.parse(reply.at(i + 1).text()),
                                reply.at(i + 2).number()));
                    }
                    return new Receipts(items);
                });
    }

    private static void accepted(Reply reply) {
        if (reply.at(0).text().equals("refused")) {
            throw ReadAccess.refusal(reply.at(1).text(), reply.at(2).text(), "");
        }
    }

    private static Mark mark(Reply reply) {
        accepted(reply);
        return new Mark(
                Id.parse(reply.at(1).text()),
                reply.at(2).number(),
                reply.at(3).number(),
                reply.at(4).number());
    }
}
