package dev.bincang.log;

import static dev.bincang.log.ScriptCalls.DAY;
import static dev.bincang.log.ScriptCalls.FAR;
import static dev.bincang.log.ScriptCalls.KEYS;
import static dev.bincang.log.ScriptCalls.ROOM;
import static dev.bincang.log.ScriptCalls.append;
import static dev.bincang.log.ScriptCalls.inRoom;

import java.util.List;
import java.util.stream.Stream;

/** The calls of scripts that use what is not in a room's log. */
final class OtherScriptCalls {

    private OtherScriptCalls() {}

    private static Call other(String name, String part, String key, Object... args) {
        return new Call(name, List.of(part), List.of(key), List.of(args), List.of());
    }

    static List<Call> all() {
        return Stream.of(others(), invites(), reports()).flatMap(List::stream).toList();
    }

    private static List<Call> others() {
        var made = KEYS.madeBy("ana");
        var own = KEYS.preferencesOf("ana");
        var barred = KEYS.usersBarred();
        var secrets = KEYS.guestSecrets();
        var of = KEYS.of(ROOM);
        var signal = new Call(
                "signal",
                List.of("log/role.lua", "message/posting.lua", "signal/signal.lua"),
                List.of(of.room(), of.members()),
                List.of("ana", "", " owner ", "1", "k", "{}", 10),
                List.of());
        return List.of(
                inRoom(signal),
                other("the first made room", "room/made.lua", made, ROOM, 5),
                other("made", "room/made.lua", made, ROOM, 5).after("SADD", made, "x"),
                other("the first block", "people/block/block.lua", KEYS.blocksOf("ana"), "ben", 5, DAY),
                other("the first own settings", "mark/preferences.lua", own, ROOM, "1", "", "", "", 5),
                other("own settings", "mark/preferences.lua", own, ROOM, "0", "", "", "", 5)
                        .after("HSET", own, ROOM, "1 0 0 all"),
                other("bar", "auth/bar.lua", barred, "ban", "ana", FAR).after("HSET", barred, "ben", "0 0"),
                other("forget", "auth/forget.lua", barred, "ana", "0 0").after("HSET", barred, "ana", "0 0"),
                other("the first secret", "auth/token/secrets.lua", secrets, "", "birth", "version", "secret", ""),
                other("secrets", "auth/token/secrets.lua", secrets, "", "birth", "version", "secret", "")
                        .after("HSET", secrets, "birth", "b", "current", "1", "1", "x"),
                other("pods", "cluster/pods.lua", KEYS.pods(), "pod", 1_000, "7", 3_000)
                        .after("HSET", KEYS.pods(), "old", "1 1"));
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
                        ScriptCalls.create(),
                        append(ROOM, "promote", "member", member, "role", "ben", "owner", 10, ""),
                        link("make", "ben", "", " owner ", "1", "dig", "id", DAY, uses, 10),
                        append(ROOM, "leave", "out", member, "leave", "ana", "", 10, ""));
    }

    private static List<Call> invites() {
        var made = makeLink("dig", 2);
        return List.of(
                makeLink("other", 1).after(ScriptCalls.create()),
                makeLink("other", 1).after(ScriptCalls.create(), made),
                link("list", "ana", "", " owner ", "1").after(ScriptCalls.create(), made),
                link("show", "ben", "1", "dig", " owner ").after(ScriptCalls.create(), made),
                link("revoke", "ana", "", " owner ", "1", "id-dig").after(ScriptCalls.create(), made),
                accept(1),
                accept(2));
    }

    // ---- reports

    private static Call report(String id, String user, String target) {
        var of = KEYS.of(ROOM);
        return new Call(
                "report",
                List.of("log/role.lua", "log/head.lua", "people/report/report.lua"),
                List.of(of.room(), of.members(), of.log(), of.bodies(), of.reports(), of.report(id)),
                List.of("1", user, "", " member visitor ", target, id, "{}", 10, 10, DAY),
                List.of());
    }

    private static Call handle(String id, int to) {
        var of = KEYS.of(ROOM);
        return new Call(
                "handle",
                List.of("log/role.lua", "people/report/handle.lua"),
                List.of(of.room(), of.members(), of.reports(), of.report(id)),
                List.of("1", "cleo", "1", " admin ", id, to, "{}", DAY),
                List.of());
    }

    private static List<Call> reports() {
        var id = "reportreport-id1";
        return List.of(
                inRoom(report(id, "ben", "3-7")),
                inRoom(report("reportreport-id2", "ben", "4-7")).after(report(id, "ben", "3-7")),
                inRoom(report(id, "ben", "3-7"))
                        .with("ZADD", KEYS.of(ROOM).reports(), 0, "0000000000000001reportreport-old"),
                inRoom(handle(id, 1)).after(report(id, "ben", "3-7")),
                inRoom(handle(id, 2)).after(report(id, "ben", "3-7")));
    }
}
