package dev.bincang.message;

import static dev.bincang.protocol.ErrorCode.BAD_REQUEST;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.json;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.Stage;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that answer others, and threads. */
@QuarkusTest
class ThreadsTest {

    @Inject
    Stage stage;

    private final Actor ana = user("ana");
    private final Actor ben = user("ben");
    private RoomId room;

    @BeforeEach
    void aPublicRoom() {
        room = stage.room(ana, "{'kind':'public'}");
    }

    private Id reply(Actor by, Id root, boolean alsoInRoom) {
        return now(stage.messages.send(by, room, Content.of("re"), new Place(null, root, alsoInRoom), null))
                .id();
    }

    /** The event with this id as it is now. */
    private JsonNode event(Id id) {
        return stage.events(ana, room).stream()
                .filter(event -> event.path("id").asText().equals(id.toString()))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode replies(Id id) {
        return event(id).path("replies");
    }

    private long time(Id id) {
        return event(id).path("time").asLong();
    }

    @Test
    void aThreadHasItsOwnCountAndTheMainViewDoesNotCountReplies() {
        var root = stage.send(ana, room, "root");
        var first = reply(ben, root, false);
        var second = reply(ana, root, true);

        assertEquals(1, event(root).path("n").asLong());
        assertEquals(1, event(first).path("n").asLong(), "a reply is not in the main view");
        assertEquals(2, event(second).path("n").asLong(), "unless it is there too");
        assertEquals(root.toString(), event(first).path("thread").asText());
        assertTrue(event(first).path("alsoInRoom").isMissingNode());
        assertTrue(event(second).path("alsoInRoom").asBoolean());
        var state = json("{'count':2,'last':'" + second + "','time':" + time(second) + ",'participants':['" + id(ana)
                + "','" + id(ben) + "']}");
        for (var message : List.of(root, first, second)) {
            assertEquals(state, replies(message), "the state of the thread, as it is now");
        }
    }

    @Test
    void aDeletedReplyLeavesTheCounts() {
        var root = stage.send(ana, room, "root");
        var first = reply(ben, root, false);
        var second = reply(ana, root, false);
        now(stage.messages.delete(ana, room, second, null));

        assertEquals(1, replies(root).path("count").asInt());
        assertEquals(first.toString(), replies(root).path("last").asText());
        assertEquals(replies(root), stage.last(ana, room).path("replies"), "the deletion tells it");

        now(stage.messages.delete(ben, room, first, null));
        assertEquals(json("{'count':0}"), replies(root));
    }

    @Test
    void anEditOfAReplyTellsTheThreadAndADeletedRootKeepsIt() {
        var root = stage.send(ana, room, "root");
        var reply = reply(ben, root, false);
        now(stage.messages.edit(ben, room, reply, Content.of("other"), null));
        assertEquals(1, stage.last(ana, room).path("replies").path("count").asInt());

        now(stage.messages.delete(ana, room, root, null));
        assertEquals(1, replies(root).path("count").asInt());
        reply(ana, root, false);
        assertEquals(2, replies(root).path("count").asInt());
    }

    @Test
    void atMostFiveParticipantsAreNamedTheNewestFirst() {
        var root = stage.send(ana, room, "root");
        var users = IntStream.range(0, 7).mapToObj(i -> user("u" + i)).toList();
        users.forEach(each -> reply(each, root, false));
        reply(users.get(2), root, false);

        var named = replies(root).path("participants");
        assertEquals(5, named.size());
        assertEquals(id(users.get(2)), named.get(0).asText());
        assertEquals(id(users.get(6)), named.get(1).asText());
        assertEquals(id(users.get(3)), named.get(4).asText());
        assertEquals(8, replies(root).path("count").asInt());
    }

    @Test
    void onlyAMessageOfTheMainViewCanBeARoot() {
        var root = stage.send(ana, room, "root");
        var reply = reply(ben, root, false);
        var also = reply(ben, root, true);
        var other = stage.room(ana, "{'kind':'public'}");
        var elsewhere = stage.send(ana, other, "elsewhere");
        for (var inside : List.of(reply, also)) {
            stage.refusedIn(room, BAD_REQUEST, () -> send(new Place(null, inside, false)));
        }
        var created = Id.parse(stage.events(ana, room).getFirst().path("id").asText());
        for (var none : List.of(elsewhere, created, new Id(99, 1), new Id(root.seq(), root.tag() + 1))) {
            stage.refusedIn(room, NOT_FOUND, () -> send(new Place(null, none, false)));
        }
        stage.refusedIn(room, BAD_REQUEST, () -> send(new Place(null, null, true)));
    }

    private Uni<?> send(Place place) {
        return stage.messages.send(ben, room, Content.of("hi"), place, null);
    }

    @Test
    void anAnswerNamesAMessageOfThisRoom() {
        var first = stage.send(ana, room, "first");
        now(send(Place.replyTo(first)));
        assertEquals(first.toString(), stage.last(ana, room).path("replyTo").asText());

        var other = stage.room(ana, "{'kind':'public'}");
        stage.send(ana, other, "one");
        var elsewhere = stage.send(ana, other, "two");
        for (var none : List.of(elsewhere, new Id(first.seq(), first.tag() + 1), new Id(1000, 1))) {
            stage.refusedIn(room, NOT_FOUND, () -> send(Place.replyTo(none)));
        }
    }

    @Test
    void anAnswerMayNameAMessageThatWasTrimmed() {
        var small = stage.room(ana, "{'kind':'public','keepMessages':1}");
        var old = stage.send(ana, small, "old");
        for (int i = 0; i < 40; i++) {
            stage.send(user("other"), small, "more");
        }
        now(stage.messages.send(ana, small, Content.of("re"), Place.replyTo(old), null));

        assertEquals(old.toString(), stage.last(ana, small).path("replyTo").asText());
        stage.refusedIn(
                small,
                NOT_FOUND,
                () -> stage.messages.send(ana, small, Content.of("re"), new Place(null, old, false), null));
    }
}
