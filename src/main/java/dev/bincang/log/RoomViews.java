package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads rooms as one user sees them. One call to Redis reads any number of rooms, all as of the same moment; in a cluster
 * only rooms of one bucket.
 */
@Singleton
public class RoomViews {

    /**
     * A room as one user sees it.
     *
     * @param role one of the roles in {@code role.lua}
     * @param head the newest event's id
     * @param members the number of members
     * @param revision the id of the event that made the room or last changed it; {@code 0-0} if nobody made it
     * @param fields the wanted fields of the hash in Redis, null for a field that is not set
     * @param newest the newest event, a message as it is now; null if it was not asked for, if there is none, or if the
     *     user may not read it
     */
    public record View(
            RoomId room,
            String role,
            Id head,
            long members,
            Id revision,
            Map<String, @Nullable String> fields,
            @Nullable Entry newest) {}

    private final RedisCommands link;
    private final Script views;
    private final Keys keys;
    private final ReadAccess readAccess;
    private final String open;

    RoomViews(RedisCommands link, Keys keys, ReadAccess readAccess, BincangConfig config) {
        this.keys = keys;
        this.link = link;
        this.readAccess = readAccess;
        views = RoomLog.script(link, "role.lua", "head.lua", "entries.lua", "views.lua");
        open = config.rooms().open() ? "1" : "";
    }

    /**
     * Reads one room, without its newest event. Fails as {@link ReadAccess#ask}.
     *
     * @param user the user's id, escaped
     * @param fields the names of the wanted fields
     */
    public Uni<View> one(RoomId room, String user, boolean admin, List<String> fields) {
        if (room.isServers()) {
            return readAccess
                    .ask(room, user, admin)
                    .map(pass -> new View(room, pass.role(), pass.head(), 0, Id.ZERO, Map.of(), null));
        }
        return read(List.of(room), user, admin, false, fields).map(reply -> {
            var one = reply.at(0);
            if (one.at(0).text().isEmpty()) {
                throw ReadAccess.refusal(one.at(1).text(), "", "");
            }
            return view(room, one, fields);
        });
    }

    /**
     * Reads those of the rooms that the user is a member of and may read, each with its newest event. Fails with
     * {@code unavailable}.
     */
    public Uni<List<View>> ofMember(List<RoomId> rooms, String user, boolean admin, List<String> fields) {
        if (rooms.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return all(rooms, some -> read(some, user, admin, true, fields)).map(replies -> {
            var views = new ArrayList<View>();
            for (int i = 0; i < rooms.size(); i++) {
                var one = replies.get(i);
                if (!one.at(0).text().isEmpty() && one.at(2).text().equals("1")) {
                    views.add(view(rooms.get(i), one, fields));
                }
            }
            return views;
        });
    }

    /** An answer for each room, in order. In a cluster, one call reads the rooms of one bucket. */
    private Uni<List<Reply>> all(List<RoomId> rooms, Function<List<RoomId>, Uni<Reply>> read) {
        var calls = rooms.stream()
                .distinct()
                .collect(Collectors.groupingBy(room -> link.isCluster() ? keys.roomsBeside(room) : "all"))
                .values();
        return Uni.join()
                .all(calls.stream()
                        .map(some -> read.apply(some).map(reply -> {
                            var of = new HashMap<RoomId, Reply>();
                            for (int i = 0; i < some.size(); i++) {
                                of.put(some.get(i), reply.at(i));
                            }
                            return of;
                        }))
                        .toList())
                .andFailFast()
                .map(parts -> {
                    var of = new HashMap<RoomId, Reply>();
                    parts.forEach(of::putAll);
                    return rooms.stream()
                            .map(room -> Objects.requireNonNull(of.get(room)))
                            .toList();
                });
    }

    private Uni<Reply> read(List<RoomId> rooms, String user, boolean admin, boolean newest, List<String> fields) {
        var declared = new ArrayList<String>();
        var args = new ArrayList<>(List.<Object>of(user, admin ? "1" : "", newest ? "1" : "", fields.size()));
        args.addAll(fields);
        for (var room : rooms) {
            var of = keys.of(room);
            declared.addAll(List.of(of.room(), of.members(), of.log(), of.bodies()));
            args.add(room.isReserved() ? "" : open);
        }
        return views.run(declared, args.toArray());
    }

    private static View view(RoomId room, Reply one, List<String> names) {
        var fields = new HashMap<String, @Nullable String>();
        for (int i = 0; i < names.size(); i++) {
            var value = one.at(6).at(i);
            fields.put(names.get(i), value.isNil() ? null : value.text());
        }
        var from = one.at(1).text();
        var newest = one.at(7);
        Entry entry = null;
        if (newest.size() > 0) {
            var stored = RoomLog.entry(room, newest);
            entry = from.isEmpty() || stored.id().seq() > Id.parse(from).seq() ? stored : null;
        }
        return new View(
                room,
                one.at(0).text(),
                Id.parse(one.at(3).text()),
                one.at(4).number(),
                Id.parse(one.at(5).text()),
                fields,
                entry);
    }
}
