package dev.bincang.testing.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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

    private final String room;
    private final Map<String, Entry> ever = new HashMap<>();
    private Map<String, Entry> log = Map.of();
    private List<Entry> order = List.of();
    private String head = NONE;

    public Truth(String room) {
        this.room = room;
    }

    public static long seq(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    public String room() {
        return room;
    }

    /** Reads the log. */
    public synchronized void look(RedisProcess redis) {
        var replies = redis.transaction(List.of(readLog(), readHead()));
        now(entries(replies.getFirst()), (String) replies.getLast());
    }

    /** Reads the log and runs a command in one transaction, so that no event is lost unseen. */
    public synchronized void lookAnd(RedisProcess redis, Object... command) {
        remember(entries(redis.transaction(List.of(readLog(), command)).getFirst()));
    }

    /** Reads everything and kills Redis. Writes are paused in between. */
    public void lookAndKill(RedisProcess redis) {
        redis.command("CLIENT", "PAUSE", "10000", "WRITE");
        look(redis);
        redis.kill();
    }

    private Object[] readLog() {
        return new Object[] {"XRANGE", "room:{" + room + "}:log", "-", "+"};
    }

    private Object[] readHead() {
        return new Object[] {"GET", "room:{" + room + "}:head"};
    }

    /** From now on notes every published event, so that events that are trimmed later are known. Ends with Redis. */
    public void follow(RedisProcess redis) {
        try {
            var connection = new Resp(redis.port());
            connection.command("SUBSCRIBE", "room:{" + room + "}");
            Thread.startVirtualThread(() -> follow(connection));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void follow(Resp connection) {
        try (connection) {
            while (true) {
                var message = (String) Resp.list(connection.next()).get(2);
                var words = message.split(" ", 5);
                remember(List.of(entry(words[0], words[1], words[4])));
            }
        } catch (IOException e) {
            // Redis has ended
        }
    }

    private static List<Entry> entries(Object reply) {
        return Resp.list(reply).stream()
                .map(Resp::list)
                .map(entry -> {
                    var fields = Resp.list(entry.get(1));
                    return entry((String) entry.get(0), (String) fields.get(1), (String) fields.get(9));
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
