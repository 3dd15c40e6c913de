package dev.bincang.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.process.Resp;
import dev.bincang.testing.topology.ClusterNode;
import dev.bincang.testing.topology.RedisCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every script against a Redis Cluster that moves the script's slot from one node to the other, with each subset of
 * the slot's keys moved already. The script does everything or nothing: it would stop in the middle if it used a key that
 * it does not declare, or a key that it has deleted.
 *
 * <p>As a client does, the test follows ASK to the other node. A script that needs a key that does not exist gets TRYAGAIN
 * there until the slot has moved, unless it is the script's only key. So a room or an inbox is not created meanwhile.
 */
class MovingSlotTest {

    private static final Path SCRIPTS = Path.of("src/main/resources/dev/bincang");

    private static RedisCluster cluster;

    @BeforeAll
    static void aClusterOfTwo() {
        cluster = RedisCluster.start(2, 0, "--cluster-node-timeout", "60000");
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    @ParameterizedTest
    @MethodSource("dev.bincang.log.ScriptCalls#all")
    void aScriptDoesEverythingOrNothing(Call call) {
        var slot = cluster.slotOf(call.keys().getFirst());
        var from = cluster.masterOf(slot);
        var to = cluster.otherMaster(from);
        prepare(call, from, to);
        var keys = List.copyOf(data(from).keySet());
        for (int subset = 0; subset < 1 << keys.size(); subset++) {
            var move = cluster.beginMove(slot, to);
            var moved = chosen(keys, subset);
            move.moveKeys(moved);

            var unchanged = false;
            try {
                unchanged = !doesEverythingOrNothing(call, moved, from, to);
            } finally { // a failure must not spoil the next call
                if (!unchanged) {
                    flush(from, to);
                }
                move.takeBack();
            }
            if (!unchanged) {
                prepare(call, from, to);
            }
        }
    }

    private static void prepare(Call call, ClusterNode from, ClusterNode to) {
        flush(from, to);
        call.before().forEach(command -> from.command(command.toArray()));
    }

    private static void flush(ClusterNode from, ClusterNode to) {
        from.command("FLUSHALL");
        to.command("FLUSHALL");
    }

    private static List<String> chosen(List<String> keys, int subset) {
        return IntStream.range(0, keys.size())
                .filter(i -> (subset >> i & 1) == 1)
                .mapToObj(keys::get)
                .toList();
    }

    /** Returns whether the script has run. */
    private static boolean doesEverythingOrNothing(Call call, List<String> moved, ClusterNode from, ClusterNode to) {
        var before = List.of(data(from), data(to));
        var isHere = before.getFirst().keySet().containsAll(call.keys());
        var isThere = before.getLast().keySet().containsAll(call.keys());
        var needsOne = Set.copyOf(call.keys()).size() == 1;

        var first = run(call, from);
        assertEquals(isHere, first.equals("done"), () -> call + " with " + moved + " away: " + first);
        if (isHere) {
            assertEquals(before.getLast(), data(to));
            return true;
        }
        assertEquals(before, List.of(data(from), data(to)), () -> call + " with " + moved + " away did a part");
        if (!first.startsWith("ASK ")) {
            assertTrue(first.startsWith("TRYAGAIN "), first);
            return false;
        }

        to.command("ASKING");
        var second = run(call, to);
        assertEquals(isThere || needsOne, second.equals("done"), () -> call + " after " + moved + ": " + second);
        assertEquals(before.getFirst(), data(from));
        if (!second.equals("done")) {
            assertTrue(second.startsWith("TRYAGAIN "), second);
            assertEquals(before.getLast(), data(to), () -> call + " after " + moved + " did a part");
        }
        return second.equals("done");
    }

    /** Returns {@code done}, or the error. */
    private static String run(Call call, ClusterNode node) {
        try {
            var reply = node.command(call.command().toArray());
            if (call.appends()) {
                assertEquals("ok", Resp.list(reply).getFirst(), () -> call + ": " + reply);
            }
            return "done";
        } catch (Resp.RedisError e) {
            return e.getMessage();
        }
    }

    /** All that a node holds: the serialized value of each key. */
    private static Map<String, Object> data(ClusterNode node) {
        var keys = Resp.list(node.command("KEYS", "*"));
        var commands = new ArrayList<Object[]>();
        for (var key : keys) {
            commands.add(new Object[] {"ASKING"}); // the slot of a key that has moved still belongs to the other node
            commands.add(new Object[] {"DUMP", key});
        }
        var replies = node.commands(commands);
        var data = new TreeMap<String, Object>();
        for (int i = 0; i < keys.size(); i++) {
            data.put(keys.get(i).toString(), replies.get(2 * i + 1));
        }
        return data;
    }

    @Test
    void everyScriptIsTried() throws IOException {
        var tried = ScriptCalls.all().flatMap(call -> call.parts().stream()).collect(Collectors.toSet());
        try (var files = Files.walk(SCRIPTS)) {
            var there = files.filter(file -> file.toString().endsWith(".lua"))
                    .map(file -> SCRIPTS.relativize(file).toString())
                    .collect(Collectors.toSet());
            there.removeAll(tried);
            assertEquals(Set.of(), there);
        }
    }
}
