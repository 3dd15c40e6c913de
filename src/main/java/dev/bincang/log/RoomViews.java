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
import java.util.Collection;
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
     * @param member whether the user is a member
     * @param last the last message in the main view, as it is now; null if it was not asked for, if the log has none, or if
     *     the user may not read it
     * @param unread null if it was not asked for or if the user is not a member
     */
    public record View(
            RoomId room,
            String role,
            boolean member,
            Id head,
            long members,
            Id revision,
            Map<String, @Nullable String> fields,
            @Nullable Entry last,
            @Nullable Unread unread) {}

    /**
     * What a member has not read.
     *
     * @param mark the event up to which they have read
     */
    public record Unread(Id mark, long messages, long mentions) {}

    /**
     * What a list of a member's rooms is sorted and filtered by.
     *
     * @param time of the last message that they may read; of the newest event if there is none
     */
    public record Glance(RoomId room, long time, String kind, long unread, long mentions) {}

    /**
     * Glances at rooms.
     *
     * @param at the time at which the first of them was read, by its Redis
     */
    public record Glances(long at, List<Glance> rooms) {}

    /** The most rooms that one script reads. It takes a few milliseconds. */
    private static final int SLICE = 200;

    private final RedisCommands link;
    private final Script views;
    private final Script glance;
    private final Keys keys;
    private final ReadAccess readAccess;
    private final String open;

    RoomViews(RedisCommands link, Keys keys, ReadAccess readAccess, BincangConfig config) {
        this.keys = keys;
        this.link = link;
        this.readAccess = readAccess;
        views = RoomLog.script(link, "role.lua", "head.lua", "entries.lua", "mark.lua", "views.lua");
        glance = RoomLog.script(link, "role.lua", "head.lua", "mark.lua", "glance.lua");
        open = config.rooms().open() ? "1" : "";
    }

    /**
     * Reads one room, without its last message. Fails as {@link ReadAccess#ask}.
     *
     * @param user the user's id, escaped
     * @param fields the names of the wanted fields
     */
    public Uni<View> one(RoomId room, String user, boolean admin, List<String> fields) {
        if (room.isServers()) {
            return readAccess
                    .ask(room, user, admin)
                    .map(pass -> new View(room, pass.role(), false, pass.head(), 0, Id.ZERO, Map.of(), null, null));
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
     * Reads those of the rooms that the user is a member of and may read, each with its last message and what is
     * unread. Fails with
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

    /**
     * Glances at those of the rooms that the user is a member of and may read. Fails with {@code unavailable}.
     *
     * @param user the user's id, escaped
     */
    public Uni<Glances> glances(Collection<RoomId> rooms, String user, boolean admin) {
        var slices = slices(rooms);
        if (slices.isEmpty()) {
            return Uni.createFrom().item(new Glances(0, List.of()));
        }
        return Uni.join()
                .all(slices.stream()
                        .map(some -> glance(some, user, admin).map(reply -> glances(some, reply)))
                        .toList())
                .andFailFast()
                .map(parts -> new Glances(
                        parts.stream().mapToLong(Glances::at).min().orElseThrow(),
                        parts.stream().flatMap(part -> part.rooms.stream()).toList()));
    }

    private Uni<Reply> glance(List<RoomId> rooms, String user, boolean admin) {
        var declared = new ArrayList<String>();
        var args = new ArrayList<>(List.<Object>of(user, admin ? "1" : ""));
        for (var room : rooms) {
            var of = keys.of(room);
            declared.addAll(List.of(of.room(), of.members(), of.log(), of.index(), of.marks()));
            args.add(room.isReserved() ? "" : open);
        }
        return glance.run(declared, args.toArray());
    }

    private static Glances glances(List<RoomId> rooms, Reply reply) {
        var found = new ArrayList<Glance>();
        for (int i = 0; i < rooms.size(); i++) {
            var one = reply.at(1 + i);
            if (one.size() > 0) {
                found.add(new Glance(
                        rooms.get(i),
                        Long.parseLong(one.at(0).text()),
                        one.at(1).text(),
                        one.at(2).number(),
                        one.at(3).number()));
            }
        }
        return new Glances(Long.parseLong(reply.at(0).text()), found);
    }

    /** Divides rooms among calls to Redis. In a cluster, one call has rooms of one bucket. */
    public List<List<RoomId>> slices(Collection<RoomId> rooms) {
        var slices = new ArrayList<List<RoomId>>();
        rooms.stream()
                .distinct()
                .collect(Collectors.groupingBy(room -> link.isCluster() ? keys.roomsBeside(room) : "all"))
                .values()
                .forEach(some -> {
                    for (int from = 0; from < some.size(); from += SLICE) {
                        slices.add(some.subList(from, Math.min(some.size(), from + SLICE)));
                    }
                });
        return slices;
    }

    /** An answer for each room, in order. */
    private Uni<List<Reply>> all(List<RoomId> rooms, Function<List<RoomId>, Uni<Reply>> read) {
        return Uni.join()
                .all(slices(rooms).stream()
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

    private Uni<Reply> read(List<RoomId> rooms, String user, boolean admin, boolean last, List<String> fields) {
        var declared = new ArrayList<String>();
        var args = new ArrayList<>(List.<Object>of(user, admin ? "1" : "", last ? "1" : "", fields.size()));
        args.addAll(fields);
        for (var room : rooms) {
            var of = keys.of(room);
            declared.addAll(List.of(of.room(), of.members(), of.log(), of.bodies()));
            if (last) {
                declared.addAll(List.of(of.index(), of.marks()));
            }
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
        var last = one.at(7);
        Entry entry = null;
        if (last.size() > 0) {
            var stored = RoomLog.entry(room, last);
            entry = from.isEmpty() || stored.id().seq() > Id.parse(from).seq() ? stored : null;
        }
        var unread = one.at(8);
        return new View(
                room,
                one.at(0).text(),
                one.at(2).text().equals("1"),
                Id.parse(one.at(3).text()),
                one.at(4).number(),
                Id.parse(one.at(5).text()),
                fields,
                entry,
                unread.size() == 0
                        ? null
                        : new Unread(
                                Id.parse(unread.at(0).text()),
                                unread.at(1).number(),
                                unread.at(2).number()));
    }
}
