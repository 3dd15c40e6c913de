package dev.bincang.storage;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.log.RoomLog;
import dev.bincang.message.Content;
import dev.bincang.message.MessageVersions;
import dev.bincang.message.Messages;
import dev.bincang.message.Place;
import dev.bincang.message.history.RoomHistory;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Links;
import dev.bincang.room.Actor;
import dev.bincang.room.Rooms;
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

/**
 * Serves a room as format 1 stores it. {@code formats/1/data.jsonl} has the commands that write it, {@code frames.jsonl} the
 * frames that clients get. If this test fails, older data cannot be read: that is a new format.
 */
@QuarkusTest
class FormatTest {

    private static final Path FOLDER = Path.of("src/test/resources/formats/1");
    private static final RoomId ROOM = new RoomId("format-1");
    private static final int PLENTY = 1 << 20;

    private final Actor ana = Actor.of(new User("ana", "Ana"), false);
    private final Actor ben = Actor.of(new User("ben", "Ben"), false);
    private final Actor eva = Actor.of(new User("eva", "Eva"), false);

    @Inject
    RoomLog log;

    @Inject
    Messages messages;

    @Inject
    RoomHistory roomHistory;

    @Inject
    Rooms rooms;

    @Inject
    MessageVersions versions;

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
        for (var line : Files.readAllLines(FOLDER.resolve("data.jsonl"))) {
            var command = new ObjectMapper().readValue(line, String[].class);
            redis.execute(
                    command[0], List.of(command).subList(1, command.length).toArray(String[]::new));
        }
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    private static List<String> frames() throws IOException {
        return Files.readAllLines(FOLDER.resolve("frames.jsonl"));
    }

    @Test
    void aPageAndAResumeHaveEveryFrame() throws IOException {
        var history = now(roomHistory.page(ben, ROOM, RoomHistory.Query.newest(200)));
        assertEquals(
                frames(),
                history.events().stream().map(json -> new String(json, UTF_8)).toList());

        var read = now(log.read(ROOM, Id.ZERO, 100, PLENTY));
        assertEquals(
                frames(),
                read.entries().stream()
                        .map(entry -> new String(entry.json(), UTF_8))
                        .toList());
        assertEquals(new Id(7, 107), read.head());
    }

    @Test
    void theRoomAndItsMembersAreKnown() {
        var room = now(rooms.get(ana, ROOM));

        assertEquals("Format 1", room.settings().name());
        assertEquals("private", room.settings().kind());
        assertEquals(2, room.members());
        assertEquals(
                ErrorCode.NOT_FOUND,
                assertThrows(Refusal.class, () -> now(rooms.get(eva, ROOM))).code());
    }

    @Test
    void theOldTextsOfAMessageAreKnown() {
        assertEquals(
                List.of(new MessageVersions.Version(1763762401000L, "before \"it\"")),
                now(versions.of(ana, ROOM, new Id(2, 102))).versions());
        assertEquals(List.of(), now(versions.of(ana, ROOM, new Id(7, 107))).versions());
    }

    @Test
    void theLogGoesOn() throws IOException {
        var sent = now(messages.send(ben, ROOM, Content.of("next"), Place.ROOM, null));
        now(messages.edit(ben, ROOM, new Id(7, 107), Content.of("other"), null));

        assertEquals(8, sent.id().seq());
        var after = now(log.read(ROOM, new Id(6, 106), 100, PLENTY)).entries();
        assertEquals(4, after.size());
        var texts = new ArrayList<String>();
        for (var entry : after.subList(1, 4)) {
            texts.add(new ObjectMapper().readTree(entry.json()).path("text").asText());
        }
        assertEquals(List.of("other", "next", "other"), texts);
        assertEquals(
                4, new ObjectMapper().readTree(after.get(2).json()).path("n").asLong());
    }
}
