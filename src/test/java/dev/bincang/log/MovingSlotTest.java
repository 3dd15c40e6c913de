package dev.bincang.log;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.auth.Revocations;
import dev.bincang.auth.token.GuestSecrets;
import dev.bincang.cluster.Pods;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Script;
import dev.bincang.room.Rooms;
import dev.bincang.testing.process.Processes;
import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.process.Resp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every script against a Redis Cluster that moves the script's slot from one node to the other, with each subset of
 * the slot's keys moved already. The script does everything or nothing: it would stop in the middle if it used a key that
 * it does not declare.
 */
class MovingSlotTest {

    private static final Keys KEYS = new Keys("bincang:");
    private static final RoomId ROOM = new RoomId("general");
    private static final RoomId INBOX = RoomId.inbox("ana");
    private static final Path SCRIPTS = Path.of("src/main/resources/dev/bincang");
    private static final long FAR = 1L << 40;

    /** One call of a script. {@code parts} are the names of its files, with their folders. */
    record Call(String name, List<String> parts, List<String> keys, List<?> args) {
        List<Object> command() {
            var source = Stream.concat(
                            Stream.of("local publish = 'SPUBLISH'"), // as Script begins in a cluster
                            parts.stream().map(MovingSlotTest::source))
                    .collect(Collectors.joining("\n"));
            var command = new ArrayList<Object>(List.of("EVAL", source, keys.size()));
            command.addAll(keys);
            command.addAll(args);
            return command;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static RedisProcess from;
    private static RedisProcess to;

    private static String source(String part) {
        return Script.source(
                switch (part.substring(0, part.lastIndexOf('/'))) {
                    case "log" -> RoomLog.class;
                    case "room" -> Rooms.class;
                    case "auth" -> Revocations.class;
                    case "auth/token" -> GuestSecrets.class;
                    default -> Pods.class;
                },
                part.substring(part.lastIndexOf('/') + 1));
    }

    // ---- the calls

    private static Call append(
            String name, RoomId room, String kind, String target, List<String> rule, Object... args) {
        var parts = new ArrayList<>(List.of("log/role.lua", "log/head.lua", "log/trim.lua"));
        rule.forEach(part -> parts.add("room/" + part));
        parts.add("log/append.lua");
        var all = new ArrayList<Object>(List.of(7, kind, "ana", target, "{\"type\":\"" + kind + "\""));
        all.addAll(List.of(",\"from\":{}", kind.equals("deleted") ? "" : ",\"text\":\"hi\"}", 2, 3, FAR));
        all.addAll(List.of(name, "hsh", 86_400_000, "ana", "1", " admin ", "1", room, FAR));
        all.addAll(List.of(args));
        return new Call(name, parts, RoomLog.declared(KEYS, room), all);
    }

    private static Call log(String name, List<String> keys, Object... args) {
        var part = "log/" + name + ".lua";
        var parts = name.equals("fork") ? List.of(part) : List.of("log/head.lua", "log/entries.lua", part);
        return new Call(name, parts, keys, List.of(args));
    }

    private static final Call CREATE = append(
            "create", ROOM, "room", "-", List.of("settings.lua"), "create", "ana owner ben member", "kind", "public");
    private static final Call SEND =
            append("send", ROOM, "message", "-", List.of("posting.lua", "message.lua"), 1, 1_000, FAR);

    static Stream<Call> calls() {
        var room = KEYS.of(ROOM);
        var read = List.of(room.room(), room.room(), room.log(), room.bodies());
        var amend = List.of("posting.lua", "amend.lua");
        return Stream.of(
                CREATE,
                SEND,
                append("edit", ROOM, "edited", "4-7", amend, 1, 1_000, FAR, "", 10),
                append("delete", ROOM, "deleted", "4-7", amend, 1, 1_000, FAR, "", 10),
                append("ban", ROOM, "out", "-", List.of("member.lua"), "ban", "ben", FAR, 10, "noise"),
                append("change", ROOM, "room", "-", List.of("settings.lua"), "change", "", "keep", "1"),
                append("delete the room", ROOM, "rules", "-", List.of("settings.lua"), "delete", "", "name", ""),
                append("notice", INBOX, "inbox", "-", List.of("notice.lua")),
                new Call(
                        "sweep",
                        List.of("log/role.lua", "log/head.lua", "log/trim.lua", "log/sweep.lua"),
                        RoomLog.declared(KEYS, ROOM),
                        sweepArgs()),
                log("read", read, "3-7", 10, 1_000),
                log("tail", read, "", 10, 1_000),
                log("fork", read, "3-7"),
                log("versions", read, "4-7"),
                new Call(
                        "access",
                        List.of("log/role.lua", "log/access.lua"),
                        List.of(room.room(), room.members()),
                        List.of("1", "ana", "")),
                new Call(
                        "views",
                        List.of("log/role.lua", "log/head.lua", "log/entries.lua", "log/views.lua"),
                        List.of(room.room(), room.members(), room.log(), room.bodies()),
                        List.of("ana", "", "1", 1, "name", "1")),
                new Call("made", List.of("room/made.lua"), List.of(KEYS.madeBy("ana")), List.of(ROOM, 5)),
                new Call("bar", List.of("auth/bar.lua"), List.of(KEYS.usersBarred()), List.of("ban", "ana", FAR)),
                new Call("forget", List.of("auth/forget.lua"), List.of(KEYS.usersBarred()), List.of("ana", "0 0")),
                new Call(
                        "secrets",
                        List.of("auth/token/secrets.lua"),
                        List.of(KEYS.guestSecrets()),
                        List.of("", "birth", "version", "secret", "")),
                new Call("pods", List.of("cluster/pods.lua"), List.of(KEYS.pods()), List.of("pod", 1_000, "7", 3_000)));
    }

    private static List<?> sweepArgs() {
        var args = new ArrayList<Object>();
        for (int i = 1; i <= 20; i++) {
            args.add(
                    switch (i) {
                        case 8 -> 2;
                        case 9 -> 3;
                        case 10, 19 -> FAR;
                        case 13 -> 86_400_000;
                        case 18 -> ROOM;
                        case 20 -> 1_000;
                        default -> "";
                    });
        }
        return args;
    }

    // ---- the cluster

    @BeforeAll
    static void aClusterOfTwo() {
        from = node();
        to = node();
        from.command("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        var busPort = Resp.list(to.command("CONFIG", "GET", "cluster-port")).getLast();
        from.command("CLUSTER", "MEET", "127.0.0.1", to.port(), busPort);
        await().until(() -> ok(from) && ok(to));
    }

    private static RedisProcess node() {
        var busPort = Integer.toString(Processes.freePort());
        return RedisProcess.start("--cluster-enabled", "yes", "--cluster-port", busPort);
    }

    private static boolean ok(RedisProcess node) {
        var info = node.command("CLUSTER", "INFO").toString();
        return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:2");
    }

    @AfterAll
    static void end() {
        from.close();
        to.close();
    }

    /** All that a node holds. */
    private static Map<String, Object> data(RedisProcess node) {
        var data = new TreeMap<String, Object>();
        for (var key : Resp.list(node.command("KEYS", "*"))) {
            node.command("ASKING"); // the slot of a key that has moved still belongs to the other node
            var type = node.command("TYPE", key).toString();
            node.command("ASKING");
            data.put(key.toString(), content(node, key.toString(), type));
        }
        return data;
    }

    private static Object content(RedisProcess node, String key, String type) {
        return switch (type) {
            case "hash" -> node.command("HGETALL", key);
            case "stream" -> node.command("XRANGE", key, "-", "+");
            case "zset" -> node.command("ZRANGE", key, 0, -1, "WITHSCORES");
            case "set" -> new HashSet<>(Resp.list(node.command("SMEMBERS", key)));
            default -> node.command("GET", key);
        };
    }

    private static void move(RedisProcess source, RedisProcess target, String key) {
        source.command("MIGRATE", "127.0.0.1", target.port(), key, 0, 10_000);
    }

    /** A room with five events, and what every script that is not of a room needs. */
    private static void seed() {
        Stream.of(from, to).forEach(node -> node.command("FLUSHALL"));
        appends(CREATE.command());
        for (int i = 0; i < 4; i++) {
            var send = SEND.command();
            send.set(send.indexOf("send"), "key " + i);
            appends(send);
        }
        from.command("HSET", KEYS.usersBarred(), "ana", "0 0");
        from.command("HSET", KEYS.guestSecrets(), "birth", "b", "current", "1", "1", "x");
        from.command("HSET", KEYS.pods(), "old", "1 1");
        from.command("SADD", KEYS.madeBy("ana"), "x");
    }

    private static void appends(List<Object> command) {
        var reply = Resp.list(from.command(command.toArray()));
        assertEquals("ok", reply.getFirst(), reply::toString);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aScriptDoesEverythingOrNothing(Call call) {
        seed();
        var slot = (Long) from.command("CLUSTER", "KEYSLOT", call.keys.getFirst());
        try {
            var keys = Resp.list(from.command("CLUSTER", "GETKEYSINSLOT", slot, 100)).stream()
                    .map(Object::toString)
                    .sorted()
                    .toList();
            assertTrue(keys.containsAll(call.keys) || keys.isEmpty(), () -> call + " and " + keys);
            for (int subset = 0; subset < 1 << keys.size(); subset++) {
                var moved = new ArrayList<String>();
                for (int i = 0; i < keys.size(); i++) {
                    if ((subset >> i & 1) == 1) {
                        moved.add(keys.get(i));
                    }
                }
                from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.command("CLUSTER", "MYID"));
                to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.command("CLUSTER", "MYID"));
                moved.forEach(key -> move(from, to, key));
                doesEverythingOrNothing(call, moved);
                stable(slot);
                seed();
            }
        } finally {
            stable(slot);
        }
    }

    private static void stable(Long slot) {
        from.command("CLUSTER", "SETSLOT", slot, "STABLE");
        to.command("CLUSTER", "SETSLOT", slot, "STABLE");
    }

    private static void doesEverythingOrNothing(Call call, List<String> moved) {
        var before = List.of(data(from), data(to));
        try {
            from.command(call.command().toArray());
            assertTrue(
                    moved.stream().noneMatch(call.keys::contains),
                    () -> call + " ran although " + moved + " were away");
        } catch (Resp.RedisError e) {
            assertTrue(
                    e.getMessage().matches("(ASK|TRYAGAIN) .*"), call + " with " + moved + " away: " + e.getMessage());
            assertEquals(before, List.of(data(from), data(to)), () -> call + " with " + moved + " away did a part");
        }
    }

    @Test
    void everyScriptIsTried() throws IOException {
        var tried = calls().flatMap(call -> call.parts.stream()).collect(Collectors.toSet());
        try (var files = Files.walk(SCRIPTS)) {
            var there = files.filter(file -> file.toString().endsWith(".lua"))
                    .map(file -> SCRIPTS.relativize(file).toString())
                    .collect(Collectors.toSet());
            there.removeAll(tried);
            assertEquals(Set.of(), there);
        }
    }
}
