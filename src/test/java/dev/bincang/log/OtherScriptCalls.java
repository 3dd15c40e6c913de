package dev.bincang.log;

import static dev.bincang.log.ScriptCalls.DAY;
import static dev.bincang.log.ScriptCalls.FAR;
import static dev.bincang.log.ScriptCalls.KEYS;
import static dev.bincang.log.ScriptCalls.ROOM;
import static dev.bincang.log.ScriptCalls.inRoom;

import java.util.List;

/** The calls of scripts that use what is not in a room's log. */
final class OtherScriptCalls {

    private OtherScriptCalls() {}

    private static Call other(String name, String part, String key, Object... args) {
        return new Call(name, List.of(part), List.of(key), List.of(args), List.of());
    }

    static List<Call> all() {
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
}
