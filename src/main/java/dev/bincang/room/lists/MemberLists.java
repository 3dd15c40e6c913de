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

/** Lists who is in a room and who is barred from it, page by page. {@link Members} makes the changes. */
@Singleton
public class MemberLists {

    /** One member. */
    public record Member(String user, Role role) {}

    /**
     * One who is banned or muted.
     *
     * @param bannedUntil milliseconds since 1970; 0: is not
     * @param mutedUntil milliseconds since 1970; 0: is not
     * @param by the user who did the last of it
     */
    public record Barred(String user, long bannedUntil, long mutedUntil, String by, String reason) {}

    private final ReadAccess readAccess;
    private final CommandLink link;

    MemberLists(ReadAccess readAccess, CommandLink link) {
        this.readAccess = readAccess;
        this.link = link;
    }

    /** Some of the members, in no order. */
    public Uni<ListPage<Member>> members(Actor actor, RoomId room, @Nullable String cursor, int limit) {
        return part(actor, room, Right.READ, Keys.members(room), cursor, limit, (user, value) -> {
            var role = value.substring(0, value.indexOf(' '));
            return new Member(user, Role.parse(role));
        });
    }

    /** Some of those who are banned or muted, in no order; for who may ban. */
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
