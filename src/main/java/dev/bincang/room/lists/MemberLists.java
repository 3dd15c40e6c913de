package dev.bincang.room.lists;

import dev.bincang.log.ReadAccess;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.link.Reply;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Right;
import dev.bincang.room.Role;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists a room's members and its banned or muted users, page by page. {@link Members} changes them. */
@Singleton
public class MemberLists {

    /** A member of a room. */
    public record Member(String user, Role role) {}

    /**
     * A user who is banned or muted.
     *
     * @param bannedUntil milliseconds since 1970; 0: not banned
     * @param mutedUntil milliseconds since 1970; 0: not muted
     * @param by the user who made the last of these changes
     */
    public record Barred(String user, long bannedUntil, long mutedUntil, String by, String reason) {}

    private final ReadAccess readAccess;
    private final RedisCommands link;
    private final Keys keys;

    MemberLists(ReadAccess readAccess, RedisCommands link, Keys keys) {
        this.keys = keys;
        this.readAccess = readAccess;
        this.link = link;
    }

    /** A page of the members, in no order. */
    public Uni<ListPage<Member>> members(Actor actor, RoomId room, @Nullable String cursor, int limit) {
        return allowed(actor, room, Right.READ)
                .chain(() -> ListPage.of(link, "HSCAN", keys.of(room).members(), cursor, limit))
                .map(page -> {
                    var items = new ArrayList<Member>();
                    for (int i = 0; i + 1 < page.items().size(); i += 2) {
                        var state = page.items().get(i + 1);
                        if (!state.isEmpty() && !state.startsWith("-")) { // a visitor's pace or ban is no membership
                            var role = state.substring(0, state.indexOf(' '));
                            items.add(new Member(Keys.unescape(page.items().get(i)), Role.parse(role)));
                        }
                    }
                    return new ListPage<>(items, page.next());
                });
    }

    /**
     * A page of the banned or muted users, in the order of their escaped ids. Only users who may ban can read it.
     *
     * @param cursor the escaped id after which the page begins, or null
     */
    public Uni<ListPage<Barred>> barred(Actor actor, RoomId room, @Nullable String cursor, int limit) {
        if (cursor != null && !cursor.matches("[A-Za-z0-9._%-]{1,1536}")) {
            return Uni.createFrom().failure(ListPage.badCursor());
        }
        var of = keys.of(room);
        return allowed(actor, room, Right.BAN)
                .chain(() -> link.call(
                        "ZRANGEBYLEX", of.index(), cursor == null ? "[b" : "(b" + cursor, "(c", "LIMIT", 0, limit))
                .chain(reply -> {
                    var users = reply.texts().stream()
                            .map(user -> user.substring(1))
                            .toList();
                    if (users.isEmpty()) {
                        return Uni.createFrom().item(new ListPage<Barred>(List.of(), null));
                    }
                    return link.call("HMGET", of.members(), users.toArray())
                            .map(states -> new ListPage<>(
                                    barred(users, states), users.size() < limit ? null : users.getLast()));
                });
    }

    /** Reads the states that {@code role.lua} describes. Leaves out who was unbanned meanwhile. */
    private static List<Barred> barred(List<String> users, Reply states) {
        var items = new ArrayList<Barred>();
        for (int i = 0; i < users.size(); i++) {
            var parts =
                    states.at(i).isNil() ? new String[0] : states.at(i).text().split(" ", 9);
            if (parts.length == 9) {
                items.add(new Barred(
                        Keys.unescape(users.get(i)),
                        Long.parseLong(parts[5]),
                        Long.parseLong(parts[6]),
                        Keys.unescape(parts[7]),
                        parts[8]));
            }
        }
        return items;
    }

    private Uni<ReadAccess.Pass> allowed(Actor actor, RoomId room, Right right) {
        return readAccess.ask(room, actor.key(), actor.admin()).invoke(pass -> Members.require(pass, right));
    }
}
