package dev.bincang.storage;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.log.Entry;
import dev.bincang.log.RoomLog;
import dev.bincang.log.RoomLog.Outcome;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Links;
import dev.bincang.redis.Reply;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Messages;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A rolling upgrade: pods of the first version of format 1 write to a room, with their scripts, while the present code writes
 * to it and serves it. {@code formats/1/writes.jsonl} has the commands that they send, {@code formats/1/*.lua} the scripts.
 * {@code "@3"} in a command stands for the id of the event that the third command made.
 */
@QuarkusTest
class FormatWritesTest {

    private static final Path FOLDER = Path.of("src/test/resources/formats/1");
    private static final RoomId ROOM = new RoomId("format-1");
    private static final int PLENTY = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Actor ana = Actor.of(new User("ana", "Ana"), false);
    private final Actor ben = Actor.of(new User("ben", "Ben"), false);
    private final Actor kim = Actor.of(new User("kim", "Kim"), false);

    @Inject
    RoomLog log;

    @Inject
    Messages messages;

    @Inject
    Members members;

    @Inject
    CommandLink link;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void load() throws IOException {
        await().until(links::up);
        for (var key : redis.key().keys("bincang:*:room:" + ROOM + "*")) {
            redis.key().del(key);
        }
        for (var command : commands("data.jsonl")) {
            redis.execute(command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));
        }
    }

    private static List<List<String>> commands(String file) throws IOException {
        var commands = new ArrayList<List<String>>();
        for (var line : Files.readAllLines(FOLDER.resolve(file))) {
            commands.add(List.of(JSON.readValue(line, String[].class)));
        }
        return commands;
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    /** The writes that the old pods make, in this order. */
    private List<Uni<?>> writes() {
        var first = new Id[1];
        return List.of(
                messages.send(ben, ROOM, "one", null, new Key("key-1")).invoke(sent -> first[0] = sent.id()),
                messages.send(ana, ROOM, "two", new Id(7, 107), null),
                Uni.createFrom().deferred(() -> messages.edit(ben, ROOM, first[0], "one again", new Key("key-2"))),
                members.add(ana, ROOM, "kim"),
                messages.send(kim, ROOM, "three", null, new Key("key-3")),
                Uni.createFrom().deferred(() -> messages.delete(ana, ROOM, first[0], null)),
                members.mute(ana, ROOM, "kim", Members.FOREVER, "noise"));
    }

    /** The answer of an old pod's script to one of its commands. */
    private Reply old(List<String> command, List<Id> made) throws IOException {
        var words = new ArrayList<Object>();
        words.add(Files.readString(FOLDER.resolve(command.getFirst() + ".lua")));
        for (var word : command.subList(1, command.size())) {
            var text = word;
            for (int i = 0; i < made.size(); i++) {
                text = text.replace("@" + (i + 1), made.get(i).toString());
            }
            words.add(text);
        }
        return now(link.call("EVAL", words.toArray()));
    }

    private List<Entry> all() {
        return now(log.read(ROOM, Id.ZERO, 1000, PLENTY)).entries();
    }

    @Test
    void oldScriptsWriteBesideThePresentOnes() throws IOException {
        var made = new ArrayList<Id>();
        for (var command : commands("writes.jsonl")) {
            var reply = old(command, made);
            assertEquals("ok", reply.at(0).text(), command::toString);
            made.add(Id.parse(reply.at(1).text()));
            now(messages.send(ana, ROOM, "after " + made.size(), null, null));
        }
        assertEquals(7, made.size());

        var entries = all();
        var prev = Id.ZERO;
        var messagesSoFar = 0;
        for (var entry : entries) {
            assertEquals(prev, entry.prev());
            assertEquals(prev.seq() + 1, entry.id().seq());
            messagesSoFar += entry.kind().equals("message") ? 1 : 0;
            assertEquals(messagesSoFar, JSON.readTree(entry.json()).path("n").asInt());
            prev = entry.id();
        }
        assertEquals(7 + 2 * made.size(), entries.size());
        assertTrue(json(entries, made.get(0)).contains("\"deleted\":"));
        assertTrue(json(entries, made.get(1)).contains("\"replyTo\":\"7-107\""));
        assertTrue(json(entries, made.get(2)).contains("\"target\":\"" + made.get(0) + "\",\"deleted\":"));
        assertEquals(
                ErrorCode.FORBIDDEN,
                assertThrows(Refusal.class, () -> now(messages.send(kim, ROOM, "hi", null, null)))
                        .code());
    }

    private static String json(List<Entry> entries, Id id) {
        return entries.stream()
                .filter(entry -> entry.id().equals(id))
                .map(entry -> new String(entry.json(), UTF_8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachKnowsTheOthersKeys() throws IOException {
        var commands = commands("writes.jsonl");
        var byOld = Id.parse(old(commands.getFirst(), List.of()).at(1).text());
        now(members.add(ana, ROOM, "kim"));
        var byUs =
                now(messages.send(kim, ROOM, "three", null, new Key("key-3"))).id();

        var again = now(messages.send(ben, ROOM, "one", null, new Key("key-1")));
        var oldAgain = old(commands.get(4), List.of());

        assertEquals(Outcome.DUPLICATE, again.outcome());
        assertEquals(byOld, again.id());
        assertEquals("duplicate", oldAgain.at(0).text());
        assertEquals(byUs.toString(), oldAgain.at(1).text());
    }

    private boolean appends(List<String> words) {
        return words.getFirst().equals("EVAL")
                && words.get(1).contains("redis.call('XADD'")
                && words.stream().anyMatch(word -> word.endsWith("room:" + ROOM + ":log"));
    }

    /** Writes the files. Run it with the first version of a new format, before its scripts change. */
    @Test
    @EnabledIfSystemProperty(
            named = "bincang.formats",
            matches = "record",
            disabledReason = "it overwrites the recorded commands of this format")
    void record() throws Exception {
        var port = redis.execute("CONFIG", "GET", "port").get("port").toInteger();
        var lines = new ArrayList<String>();
        try (var monitor = new Monitor(port)) {
            var made = new ArrayList<String>();
            for (var write : writes()) {
                redis.execute("SCRIPT", "FLUSH"); // so that the pod sends the script itself
                now(write);
                var event = all().getLast().id().toString();
                var words = new ArrayList<>(monitor.next(this::appends));
                made.forEach(id -> words.replaceAll(word -> word.replace(id, "@" + (made.indexOf(id) + 1))));
                made.add(event);
                var name = "script-" + made.size();
                Files.writeString(FOLDER.resolve(name + ".lua"), words.get(1));
                words.subList(0, 2).clear();
                words.addFirst(name);
                lines.add(JSON.writeValueAsString(words));
            }
        }
        Files.write(FOLDER.resolve("writes.jsonl"), lines);
    }
}
