package dev.bincang.log;

import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Calls of every Lua script, with the keys that the product declares, and what must be in Redis before. */
final class ScriptCalls {

    static final Keys KEYS = new Keys("bincang:");
    static final RoomId ROOM = new RoomId("general");
    private static final RoomId INBOX = RoomId.inbox("ana");
    static final long FAR = 1L << 41; // a time in the future, and more bytes than there are
    static final long DAY = 86_400_000;

    private static final List<String> BEFORE_A_RULE =
            List.of("log/role.lua", "log/head.lua", "log/extras.lua", "log/trim.lua", "log/mark.lua");
    private static final List<String> POSTING =
            List.of("message/posting.lua", "message/text.lua", "message/thread.lua", "message/mentions.lua");

    private ScriptCalls() {}

    static Stream<Call> all() {
        return Stream.of(appends(), sweeps(), reads(), OtherScriptCalls.all()).flatMap(List::stream);
    }

    // ---- appends

    static Call append(RoomId room, String name, String kind, List<String> rule, Object... args) {
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
        var parts = new ArrayList<>(BEFORE_A_RULE);
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

    static Call create() {
        var settings = List.of("room/settings.lua");
        return append(ROOM, "create", "room", settings, "create", "ana owner ben member", "kind", "public");
    }

    private static List<String> with(List<String> parts, String last) {
        return Stream.concat(parts.stream(), Stream.of(last)).toList();
    }

    /** A message that mentions one user and all. */
    private static Call send(String name, String replyTo, String thread, long bytes, long keyMs) {
        var rule = with(POSTING, "message/message.lua");
        return append(
                ROOM, name, "message", "-", bytes, keyMs, rule, 1, 1_000, FAR, replyTo, thread, "", " admin ", "1",
                "ben", "\"ben\"");
    }

    private static Call send(String name, long bytes, long keyMs) {
        return send(name, "", "", bytes, keyMs);
    }

    private static Call amend(String name, String kind, String target) {
        var rule = with(POSTING, "message/amend.lua");
        return append(ROOM, name, kind, target, FAR, DAY, rule, 1, 1_000, FAR, "", 10, " admin ", "", "ben", "\"ben\"");
    }

    private static Call amend(String name, String kind) {
        return amend(name, kind, "4-7");
    }

    private static Call react(String on) {
        var parts = new ArrayList<>(BEFORE_A_RULE);
        parts.addAll(
                List.of("message/posting.lua", "message/text.lua", "message/reaction/react.lua", "log/change.lua"));
        var args = new ArrayList<Object>(Collections.nCopies(19, ""));
        args.set(4 - 1, "4-7");
        args.set(14 - 1, "ana");
        args.set(15 - 1, "1");
        args.set(16 - 1, " admin ");
        args.set(17 - 1, "1");
        args.set(18 - 1, ROOM);
        args.addAll(List.of(1, 1_000, FAR, "heart", on, 20, 500));
        return new Call("react", parts, RoomLog.declared(KEYS, ROOM), args, List.of());
    }

    private static Call reacted() {
        var rule = List.of("message/text.lua", "message/reaction/reacted.lua");
        return append(ROOM, "tell reactions", "reacted", "4-7", FAR, DAY, rule);
    }

    private static Call pin(String on) {
        return append(
                ROOM,
                on.isEmpty() ? "end a pin" : "pin",
                "pinned",
                "4-7",
                FAR,
                DAY,
                List.of("message/pin.lua"),
                on,
                50,
                "{}");
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
    static Call inRoom(Call call) {
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
                inRoom(send("reply in a thread", "3-7", "4-7", FAR, DAY)),
                inRoom(amend("delete a reply", "deleted", "6-7")).after(send("reply", "", "4-7", FAR, DAY)),
                inRoom(react("1")),
                inRoom(react("")).after(react("1")),
                inRoom(reacted()).after(react("1")),
                inRoom(pin("1")),
                inRoom(pin("")).after(pin("1")),
                inRoom(amend("delete what has reactions and a pin", "deleted")).after(react("1"), pin("1")),
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
        var parts = with(BEFORE_A_RULE, "log/sweep.lua");
        return new Call(name, parts, RoomLog.declared(KEYS, ROOM), args, List.of());
    }

    private static List<Call> sweeps() {
        return List.of(
                inRoom(sweep("sweep events", 2, DAY)),
                inRoom(sweep("sweep a message with reactions", 0, DAY)).after(react("1"), pin("1")),
                inRoom(sweep("sweep untold reactions", 10, DAY)).after(react("1")),
                inRoom(sweep("sweep idempotency keys", 10, 0)),
                inRoom(sweep("sweep an ended ban", 10, DAY)).after(ban(1)),
                inRoom(sweep("sweep a deleted room", 10, DAY)).after(deleteRoom()),
                inRoom(sweep("sweep what is left of a deleted room", 10, DAY))
                        .after(deleteRoom(), sweep("before", 10, DAY)));
    }

    // ---- reads

    private static Call read(String name, Object... args) {
        var of = KEYS.of(ROOM);
        var folder = List.of("pages", "some").contains(name) ? "message/history/" : "log/";
        var part = folder + name + ".lua";
        var parts = name.equals("fork") ? List.of(part) : List.of("log/head.lua", "log/entries.lua", part);
        return inRoom(
                new Call(name, parts, List.of(of.room(), of.room(), of.log(), of.bodies()), List.of(args), List.of()));
    }

    private static Call mark(String name, String part, List<String> keys, Object... args) {
        var parts = List.of("log/role.lua", "log/head.lua", "log/mark.lua", part);
        return inRoom(new Call(name, parts, keys, List.of(args), List.of()));
    }

    private static List<Call> reads() {
        var of = KEYS.of(ROOM);
        var access = List.of("log/role.lua", "log/access.lua");
        var views = List.of("log/role.lua", "log/head.lua", "log/entries.lua", "log/mark.lua", "log/views.lua");
        var viewed = List.of(of.room(), of.members(), of.log(), of.bodies(), of.index(), of.marks());
        var marked = List.of(of.room(), of.members(), of.log(), of.index(), of.marks());
        return List.of(
                mark("mark as read", "mark/move.lua", marked, "read", "ben", "", "", "3-7", ""),
                mark("mark as unread", "mark/move.lua", marked, "unread", "ana", "", "", "3-7", ""),
                mark(
                        "mark everything as read",
                        "mark/everything.lua",
                        List.of(of.room(), of.members(), of.marks()),
                        "ben",
                        "",
                        ""),
                mark(
                        "receipts",
                        "mark/receipts.lua",
                        List.of(of.room(), of.members(), of.log(), of.marks()),
                        "ben",
                        "",
                        "",
                        100,
                        " member "),
                mark("glance", "log/glance.lua", marked, "ben", "", ""),
                read("read", "3-7", 10, 1_000),
                read("tail", 10, 1_000),
                read("pages", "3-7", "older", "(3-7", "1", 10, 1_000, "1", 100),
                read("some", 1_000, "3-7"),
                read("fork", "3-7"),
                read("versions", "4-7"),
                inRoom(new Call(
                        "access", access, List.of(of.room(), of.members()), List.of("1", "ana", ""), List.of())),
                inRoom(new Call("views", views, viewed, List.of("ana", "", "1", 1, "name", "1"), List.of())));
    }
}
