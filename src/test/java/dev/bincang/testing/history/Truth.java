package dev.bincang.testing.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Keys.RoomKeys;
import dev.bincang.testing.process.RedisProcess;
import dev.bincang.testing.process.Resp;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What Redis has, and had, of one room: every event ever seen in its log, with its predecessor. */
public final class Truth {

    /** An event in the log. */
    public record Entry(String id, String prev, String author, String text, String key) {
        public long seq() {
            return Truth.seq(id);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NONE = "0-0";

    /** The keys of a pod with the default prefix. */
    public static final Keys KEYS = new Keys("bincang:");

    private final String room;
    private final RoomKeys keys;
    private final Map<String, Entry> ever = new HashMap<>();
    private Map<String, Entry> log = Map.of();
    private List<Entry> order = List.of();
    private String head = NONE;

    public Truth(String room) {
        this.room = room;
        keys = KEYS.of(new RoomId(room));
    }

    public static long seq(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    public String room() {
        return room;
    }

    public RoomKeys keys() {
        return keys;
    }

    /** Reads the log. */
    public synchronized void look(RedisProcess redis) {
        var replies = redis.transaction(List.of(readLog(), readBodies(), readHead()));
        var head = (String) replies.getLast();
        now(entries(replies), head == null ? null : head.substring(0, head.indexOf(' ')));
    }

    /** Reads the log and runs a command in one transaction, so that no event is lost unseen. */
    public synchronized void lookAnd(RedisProcess redis, Object... command) {
        remember(entries(redis.transaction(List.of(readLog(), readBodies(), command))));
    }

    /** Reads everything and kills Redis. Writes are paused in between. */
    public void lookAndKill(RedisProcess redis) {
        redis.command("CLIENT", "PAUSE", "10000", "WRITE");
        look(redis);
        redis.kill();
    }

    private Object[] readLog() {
        return new Object[] {"XRANGE", keys.log(), "-", "+"};
    }

    private Object[] readBodies() {
        return new Object[] {"HGETALL", keys.bodies()};
    }

    private Object[] readHead() {
        return new Object[] {"HGET", keys.room(), "head"};
    }

    /** From now on notes every published event, so that events that are trimmed later are known. Ends with Redis. */
    public void follow(RedisProcess redis) {
        follow(redis, "SUBSCRIBE");
    }

    /** As {@link #follow}, at the node of a cluster that has the room. Ends when it gives the room away. */
    public void followShard(RedisProcess redis) {
        follow(redis, "SSUBSCRIBE");
    }

    private void follow(RedisProcess redis, String subscribe) {
        try {
            var connection = new Resp(redis.port());
            connection.command(subscribe, keys.room());
            Thread.startVirtualThread(() -> follow(connection));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void follow(Resp connection) {
        try (connection) {
            while (Resp.list(connection.next()).get(2) instanceof String message) {
                var words = message.split(" ", 3);
                remember(List.of(entry(words[0], words[1], message.substring(message.indexOf('{')))));
            }
        } catch (IOException e) {
            // Redis has ended
        }
    }

    /** @param replies the log, and the bodies of its events */
    private static List<Entry> entries(List<?> replies) {
        var bodies = new HashMap<String, String>();
        var flat = Resp.list(replies.get(1));
        for (int i = 0; i < flat.size(); i += 2) {
            bodies.put((String) flat.get(i), (String) flat.get(i + 1));
        }
        return Resp.list(replies.getFirst()).stream()
                .map(Resp::list)
                .map(entry -> {
                    var id = (String) entry.getFirst();
                    var envelope = (String) Resp.list(entry.get(1)).get(1);
                    var body =
                            bodies.getOrDefault(Long.toString(seq(id)), "\n}").replaceFirst("^,", "");
                    var json = "{" + body + (body.endsWith("\n") ? "}" : ""); // an edit has the text of its message
                    return entry(id, envelope.substring(0, envelope.indexOf(' ')), json);
                })
                .toList();
    }

    private static Entry entry(String id, String prev, String json) {
        try {
            var frame = JSON.readTree(json);
            return new Entry(
                    id,
                    prev,
                    frame.at("/from/id").asText(),
                    frame.path("text").asText(),
                    frame.path("key").asText(null));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + json, e);
        }
    }

    synchronized void remember(List<Entry> entries) {
        entries.forEach(entry -> ever.put(entry.id, entry));
    }

    synchronized void now(List<Entry> entries, String newest) {
        remember(entries);
        order = entries;
        log = new HashMap<>();
        entries.forEach(entry -> log.put(entry.id, entry));
        head = newest == null ? NONE : newest;
    }

    /** The log at the last look, in order. */
    public synchronized List<Entry> log() {
        return order;
    }

    public synchronized String head() {
        return head;
    }

    /** Whether the log had it at the last look. */
    synchronized boolean has(String id) {
        return log.containsKey(id) || id.equals(head);
    }

    /** Whether it is older than the log at the last look. */
    synchronized boolean trimmed(long seq) {
        return order.isEmpty() ? seq <= seq(head) : seq < order.getFirst().seq();
    }

    /** The event, if it was ever in the log. */
    synchronized Entry event(String id) {
        return ever.get(id);
    }

    /** Whether {@code position} descends from {@code from}; true if too little is known. */
    synchronized boolean ledTo(String from, String position) {
        if (from.equals(NONE)) {
            return true;
        }
        return Stream.iterate(position, at -> ever.containsKey(at) ? ever.get(at).prev : from)
                .filter(at -> seq(at) <= seq(from))
                .findFirst()
                .orElse(from)
                .equals(from);
    }
}
