package dev.bincang.testing.history;

import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import java.time.Duration;
import java.util.List;

/** Writes events to a room's log as {@code append.lua} stores them, but of any age and any size, and without telling a pod. */
public final class StoredLog {

    private static final String SCRIPT = """
            local id, n, m, bytes, low = string.match(redis.call('HGET', KEYS[1], 'head') or '0-0 0 0 0 0 0',
              '^(%S+) (%S+) (%S+) (%S+) (.*)$')
            local time = redis.call('TIME')[1] * 1000 - ARGV[2]
            for i = 1, ARGV[1] do
              local seq, prev = string.match(id, '^%d+') + 1, id
              id = string.format('%.0f-%s', seq, ARGV[4])
              if ARGV[5] == 'message' then n, m = n + 1, m + 1 end
              redis.call('XADD', KEYS[2], id, 'e', string.format('%s %s else %.0f %d %d -', prev, ARGV[5], time, n, m))
              local body = ',"from":{"id":"else","name":"Else"}\\n,"text":"' .. string.rep('x', ARGV[3]) .. '"}'
              redis.call('HSET', KEYS[3], seq, body)
              bytes = bytes + #body + 160
            end
            redis.call('HSET', KEYS[1], 'head', string.format('%s %d %d %d %s', id, n, m, bytes, low))
            redis.call('ZADD', KEYS[4], '+inf', ARGV[6])
            return id
            """;

    private StoredLog() {}

    /**
     * A command for Redis that writes events and returns the id of the last.
     *
     * @param length of each text in characters
     * @param tag of all their ids
     */
    public static List<String> events(
            Keys keys, RoomId room, int count, Duration age, int length, long tag, String kind) {
        var of = keys.of(room);
        return List.of(
                "EVAL",
                SCRIPT,
                "4",
                of.room(),
                of.log(),
                of.bodies(),
                keys.roomsBeside(room),
                Integer.toString(count),
                Long.toString(age.toMillis()),
                Integer.toString(length),
                Long.toString(tag),
                kind,
                room.value());
    }

    /** As {@link #events}, messages with the tag 7. */
    public static List<String> messages(Keys keys, RoomId room, int count, Duration age, int length) {
        return events(keys, room, count, age, length, 7, "message");
    }
}
