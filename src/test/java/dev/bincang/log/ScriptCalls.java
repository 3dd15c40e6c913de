package dev.bincang.log;

import dev.bincang.auth.Revocations;
import dev.bincang.auth.token.GuestSecrets;
import dev.bincang.cluster.Pods;
import dev.bincang.message.Messages;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Script;
import dev.bincang.room.Rooms;
import dev.bincang.room.invite.Invites;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Calls of every Lua script, with the keys that the product declares, and what must be in Redis before. */
final class ScriptCalls {

    /**
     * One call of a script.
     *
     * @param parts the names of its files, with their folders
     * @param before commands that make the state in which it is called
     */
    record Call(String name, List<String> parts, List<String> keys, List<?> args, List<List<Object>> before) {

        List<Object> command() {
            var source = Stream.concat(
                            Stream.of("local publish = 'SPUBLISH'"), // as Script begins in a cluster
                            parts.stream().map(ScriptCalls::source))
                    .collect(Collectors.joining("\n"));
            var command = new ArrayList<Object>(List.of("EVAL", source, keys.size()));
            command.addAll(keys);
            command.addAll(args);
            return command;
        }

        /** Whether it is an append, which answers {@code ok} if it has written. */
        boolean appends() {
            return parts.contains("log/append.lua");
        }

        Call after(Call... calls) {
            var all = new ArrayList<>(before);
            Stream.of(calls).map(Call::command).forEach(all::add);
            return new Call(name, parts, keys, args, all);
        }

        Call after(Object... command) {
            return new Call(name, parts, keys, args, List.of(List.of(command)));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Keys KEYS = new Keys("bincang:");
    private static final RoomId ROOM = new RoomId("general");
    private static final RoomId INBOX = RoomId.inbox("ana");
    private static final long FAR = 1L << 41; // a time in the future, and more bytes than there are
    private static final long DAY = 86_400_000;

    private ScriptCalls() {}

    private static String source(String part) {
        return Script.source(
                switch (part.substring(0, part.lastIndexOf('/'))) {
                    case "log" -> RoomLog.class;
                    case "room" -> Rooms.class;
                    case "room/invite" -> Invites.class;
                    case "auth" -> Revocations.class;
                    case "auth/token" -> GuestSecrets.class;
                    case "message" -> Messages.class;
                    default -> Pods.class;
                },
                part.substring(part.lastIndexOf('/') + 1));
    }

    static Stream<Call> all() {
        return Stream.of(appends(), sweeps(), reads(), invites(), others()).flatMap(List::stream);
    }

    // ---- appends

    private static Call append(RoomId room, String name, String kind, List<String> rule, Object... args) {
        return append(room, name, kind, "-", FAR, DAY, rule, args);
    }

    /**
     * @param bytes that the log may take
     * @param keyMs to keep an idempotency key
     */
    private static Call append(
            RoomId room,
            String name,
            String kind,
            String target,
            long bytes,
            long keyMs,
            List<String> rule,
            Object... args) {
        var parts = new ArrayList<>(List.of("log/role.lua", "log/head.lua", "log/trim.lua"));
        parts.addAll(rule);
        parts.add("log/append.lua");
        var all = new ArrayList<Object>(List.of(7, kind, "ana", target, "{\"type\":\"" + kind + "\""));
        all.addAll(List.of(",\"from\":{}", kind.equals("deleted") ? "" : ",\"text\":\"hi\"}", 2, 3, bytes));
        all.addAll(List.of(name, "hsh", keyMs, "ana", "1", " admin ", "1", room, FAR));
        all.addAll(List.of(args));
        var keys = new ArrayList<>(RoomLog.declared(KEYS, room));
        if (rule.contains("room/invite/links.lua")) {
            keys.add(KEYS.of(room).invites());
        }
        return new Call(name, parts, keys, all, List.of());
    }

    private static Call create() {
        var settings = List.of("room/settings.lua");
        return append(ROOM, "create", "room", settings, "create", "ana owner ben member", "kind", "public");
    }

    private static Call send(String name, long bytes, long keyMs) {
        return append(
                ROOM,
                name,
                "message",
                "-",
                bytes,
                keyMs,
                List.of("message/posting.lua", "message/message.lua"),
                1,
                1_000,
                FAR);
    }

    private static Call amend(String name, String kind) {
        var rule = List.of("message/posting.lua", "message/amend.lua");
        return append(ROOM, name, kind, "4-7", FAR, DAY, rule, 1, 1_000, FAR, "", 10);
    }

    private static Call ban(long until) {
        return append(ROOM, "ban", "out", List.of("room/member.lua"), "ban", "ben", until, 10, "noise");
    }

    private static Call deleteRoom() {
        return append(ROOM, "delete the room", "rules", List.of("room/settings.lua"), "delete", "", "name", "");
    }

    private static Call notice(String name) {
        return append(INBOX, name, "inbox", List.of("room/notice.lua"));
    }

    /** A room with five events. */
    private static Call inRoom(Call call) {
        var calls =
                Stream.concat(Stream.of(create()), Stream.of("a", "b", "c", "d").map(key -> send(key, FAR, DAY)));
        return call.after(calls.toArray(Call[]::new));
    }

    private static List<Call> appends() {
        var change = append(ROOM, "change", "room", List.of("room/settings.lua"), "change", "", "keep", "1");
        return List.of(
                create(),
                inRoom(send("send", FAR, DAY)),
                inRoom(send("send and trim", 1, DAY)),
                inRoom(send("send with the other hash of keys", FAR, 0)),
                inRoom(amend("edit", "edited")),
                inRoom(amend("edit again", "edited")).after(amend("edit", "edited")),
                inRoom(amend("delete", "deleted")).after(amend("edit", "edited")),
                inRoom(ban(FAR)),
                inRoom(change),
                inRoom(deleteRoom()),
                notice("the first notice"),
                notice("notice").after(notice("before")));
    }

    // ---- the sweep

    /** @param most messages and events to keep */
    private static Call sweep(String name, int most, long keyMs) {
        var args = new ArrayList<Object>(Collections.nCopies(20, ""));
        args.set(8 - 1, most);
        args.set(9 - 1, most);
        args.set(10 - 1, FAR);
        args.set(13 - 1, keyMs);
        args.set(18 - 1, ROOM);
        args.set(19 - 1, FAR);
        args.set(20 - 1, 1_000);
        var parts = List.of("log/role.lua", "log/head.lua", "log/trim.lua", "log/sweep.lua");
        return new Call(name, parts, RoomLog.declared(KEYS, ROOM), args, List.of());
    }

    private static List<Call> sweeps() {
        return List.of(
                inRoom(sweep("sweep events", 2, DAY)),
                inRoom(sweep("sweep idempotency keys", 10, 0)),
                inRoom(sweep("sweep an ended ban", 10, DAY)).after(ban(1)),
                inRoom(sweep("sweep a deleted room", 10, DAY)).after(deleteRoom()),
                inRoom(sweep("sweep what is left of a deleted room", 10, DAY))
                        .after(deleteRoom(), sweep("before", 10, DAY)));
    }

    // ---- reads

    private static Call read(String name, Object... args) {
        var of = KEYS.of(ROOM);
        var part = "log/" + name + ".lua";
        var parts = name.equals("fork") ? List.of(part) : List.of("log/head.lua", "log/entries.lua", part);
        return inRoom(
                new Call(name, parts, List.of(of.room(), of.room(), of.log(), of.bodies()), List.of(args), List.of()));
    }

    private static List<Call> reads() {
        var of = KEYS.of(ROOM);
        var access = List.of("log/role.lua", "log/access.lua");
        var views = List.of("log/role.lua", "log/head.lua", "log/entries.lua", "log/views.lua");
        var viewed = List.of(of.room(), of.members(), of.log(), of.bodies());
        return List.of(
                read("read", "3-7", 10, 1_000),
                read("tail", "", 10, 1_000),
                read("fork", "3-7"),
                read("versions", "4-7"),
                inRoom(new Call(
                        "access", access, List.of(of.room(), of.members()), List.of("1", "ana", ""), List.of())),
                inRoom(new Call("views", views, viewed, List.of("ana", "", "1", 1, "name", "1"), List.of())));
    }

    // ---- invitation links

    private static Call link(String name, Object... args) {
        var of = KEYS.of(ROOM);
        var parts = List.of("log/role.lua", "room/invite/links.lua", "room/invite/" + name + ".lua");
        return new Call(name, parts, List.of(of.room(), of.members(), of.invites()), List.of(args), List.of());
    }

    private static Call makeLink(String digest, int uses) {
        return link("make", "ana", "", " owner ", "1", digest, "id-" + digest, DAY, uses, 10);
    }

    /** Accepts a link of Ben's, in a room that Ana has left. */
    private static Call accept(int uses) {
        var rule = List.of("room/invite/links.lua", "room/invite/accept.lua");
        var member = List.of("room/member.lua");
        return append(ROOM, "accept", "member", rule, "dig", 10, " owner ")
                .after(
                        create(),
                        append(ROOM, "promote", "member", member, "role", "ben", "owner", 10, ""),
                        link("make", "ben", "", " owner ", "1", "dig", "id", DAY, uses, 10),
                        append(ROOM, "leave", "out", member, "leave", "ana", "", 10, ""));
    }

    private static List<Call> invites() {
        var made = makeLink("dig", 2);
        return List.of(
                makeLink("other", 1).after(create()),
                makeLink("other", 1).after(create(), made),
                link("list", "ana", "", " owner ", "1").after(create(), made),
                link("show", "ben", "1", "dig", " owner ").after(create(), made),
                link("revoke", "ana", "", " owner ", "1", "id-dig").after(create(), made),
                accept(1),
                accept(2));
    }

    // ---- what belongs to no room

    private static Call other(String name, String part, String key, Object... args) {
        return new Call(name, List.of(part), List.of(key), List.of(args), List.of());
    }

    private static List<Call> others() {
        var made = KEYS.madeBy("ana");
        var barred = KEYS.usersBarred();
        var secrets = KEYS.guestSecrets();
        return List.of(
                other("the first made room", "room/made.lua", made, ROOM, 5),
                other("made", "room/made.lua", made, ROOM, 5).after("SADD", made, "x"),
                other("bar", "auth/bar.lua", barred, "ban", "ana", FAR).after("HSET", barred, "ben", "0 0"),
                other("forget", "auth/forget.lua", barred, "ana", "0 0").after("HSET", barred, "ana", "0 0"),
                other("the first secret", "auth/token/secrets.lua", secrets, "", "birth", "version", "secret", ""),
                other("secrets", "auth/token/secrets.lua", secrets, "", "birth", "version", "secret", "")
                        .after("HSET", secrets, "birth", "b", "current", "1", "1", "x"),
                other("pods", "cluster/pods.lua", KEYS.pods(), "pod", 1_000, "7", 3_000)
                        .after("HSET", KEYS.pods(), "old", "1 1"));
    }
}
