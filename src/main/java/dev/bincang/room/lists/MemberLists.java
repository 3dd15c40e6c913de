package dev.bincang.room.lists;

import dev.bincang.log.ReadAccess;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Right;
import dev.bincang.room.Role;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
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
    private final CommandLink link;

    MemberLists(ReadAccess readAccess, CommandLink link) {
        this.readAccess = readAccess;
        this.link = link;
    }

    /** A page of the members, in no order. */
    public Uni<ListPage<Member>> members(Actor actor, RoomId room, @Nullable String cursor, int limit) {
        return part(actor, room, Right.READ, Keys.members(room), cursor, limit, (user, value) -> {
            var role = value.substring(0, value.indexOf(' '));
            return new Member(user, Role.parse(role));
        });
    }

    /** A page of the banned or muted users, in no order. Only users who may ban can read it. */
    public Uni<ListPage<Barred>> barred(Actor actor, RoomId room, @Nullable String cursor, int limit) {
        return part(actor, room, Right.BAN, Keys.barred(room), cursor, limit, (user, value) -> {
            var parts = value.split(" ", 4);
            return new Barred(
                    user, Long.parseLong(parts[0]), Long.parseLong(parts[1]), Keys.unescape(parts[2]), parts[3]);
        });
    }

    private interface Reading<T> {
        T read(String user, String value);
    }

    private <T> Uni<ListPage<T>> part(
            Actor actor,
            RoomId room,
            Right right,
            String hash,
            @Nullable String cursor,
            int limit,
            Reading<T> reading) {
        return readAccess
                .ask(room, actor.key(), actor.admin())
                .invoke(pass -> Members.require(pass, right))
                .chain(() -> ListPage.of(link, "HSCAN", hash, cursor, limit))
                .map(part -> {
                    var items = new ArrayList<T>();
                    for (int i = 0; i + 1 < part.items().size(); i += 2) {
                        var user = Keys.unescape(part.items().get(i));
                        items.add(reading.read(user, part.items().get(i + 1)));
                    }
                    return new ListPage<>(items, part.next());
                });
    }
}
