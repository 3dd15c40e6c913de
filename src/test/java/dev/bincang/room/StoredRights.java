package dev.bincang.room;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.redis.Keys.RoomKeys;
import io.quarkus.redis.datasource.RedisDataSource;
import java.util.List;
import java.util.Map;

/** What Redis holds about the rights in a room, in the words of {@link RulesModel}. */
final class StoredRights {

    private StoredRights() {}

    static String of(RedisDataSource redis, RoomKeys keys) {
        var hash = redis.hash(String.class);
        var fields = hash.hgetall(keys.room());
        if ("deleted".equals(fields.get("kind"))) {
            return "deleted";
        }
        var states = hash.hgetall(keys.members());
        states.remove("");
        var members = states.entrySet().stream()
                .filter(one -> !one.getValue().startsWith("-"))
                .map(one -> one.getKey() + "=" + one.getValue().split(" ", -1)[0])
                .sorted()
                .toList();
        var owners = members.stream().filter(one -> one.endsWith("=owner")).count();
        assertEquals(Long.toString(owners), fields.get("owners"), "owners as counted");
        assertEquals(Integer.toString(members.size()), fields.get("members"), "members as counted");
        var barred = states.entrySet().stream()
                .filter(one -> one.getValue().split(" ", 9).length == 9)
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertEquals(barred.size(), Integer.parseInt(fields.getOrDefault("barred", "0")), "barred as counted");
        assertEquals(
                barred.keySet().stream().sorted().map(user -> "b" + user).toList(),
                redis.sortedSet(String.class).zrange(keys.index(), 0, -1).stream()
                        .filter(one -> one.startsWith("b"))
                        .toList());
        return "%s frozen=%s readOnly=%s %s banned=%s muted=%s"
                .formatted(
                        fields.get("kind"),
                        fields.containsKey("frozen"),
                        fields.containsKey("readOnly"),
                        members,
                        barred(barred, 0),
                        barred(barred, 1));
    }

    private static List<String> barred(Map<String, String> all, int which) {
        return all.entrySet().stream()
                .filter(one -> !one.getValue().split(" ", -1)[5 + which].equals("0"))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
