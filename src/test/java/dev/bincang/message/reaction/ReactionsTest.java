package dev.bincang.message.reaction;

import static dev.bincang.protocol.ErrorCode.BAD_REQUEST;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.LIMIT_REACHED;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.json;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.log.Changes;
import dev.bincang.message.MessageEvent.Reaction;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Role;
import dev.bincang.room.Stage;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reactions: what is stored, what is told, and who may. */
@QuarkusTest
class ReactionsTest {

    private static final String ROCKET = "\ud83d\ude80";

    @Inject
    Stage stage;

    @Inject
    Changes.Untold untold;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    private final Actor ana = user("ana");
    private final Actor ben = user("ben {}\"\\");
    private RoomId room;
    private Id message;

    @BeforeEach
    void aMessage() {
        room = stage.room(ana, "{'kind':'public'}");
        message = stage.send(ana, room, "hi");
    }

    private List<Reaction> react(Actor by, String name, boolean on) {
        return now(stage.reactions.react(by, room, message, name, on));
    }

    private JsonNode message() {
        return stage.events(ana, room).stream()
                .filter(event -> event.path("id").asText().equals(message.toString()))
                .findFirst()
                .orElseThrow();
    }

    private List<JsonNode> told() {
        return stage.events(ana, room).stream()
                .filter(event -> event.path("type").asText().equals("reacted"))
                .toList();
    }

    private List<JsonNode> changes() {
        return told().stream()
                .flatMap(event ->
                        IntStream.range(0, event.path("changes").size()).mapToObj(event.path("changes")::get))
                .toList();
    }

    private long indexed(String from, String to) {
        return redis.execute("ZLEXCOUNT", keys.of(room).index(), from, to).toLong();
    }

    @Test
    void aReactionIsCountedToldAndShown() {
        var all = react(ben, ROCKET, true);

        assertEquals(List.of(new Reaction(ROCKET, 1, List.of(id(ben)))), all);
        await().until(() -> told().size() == 1);
        var event = told().getFirst();
        assertEquals(message.toString(), event.path("target").asText());
        assertEquals(event.path("reactions"), message().path("reactions"));
        assertEquals(1, event.path("changes").size());
        assertEquals(id(ben), event.path("changes").get(0).path("user").asText());
        assertTrue(event.path("changes").get(0).path("on").asBoolean());
    }

    @Test
    void theSameReactionAgainChangesNothing() {
        react(ben, "heart", true);
        await().until(() -> told().size() == 1);

        stage.nothingNewIn(room, () -> stage.reactions.react(ben, room, message, "heart", true));
        stage.nothingNewIn(room, () -> stage.reactions.react(ben, room, message, "other", false));

        assertEquals(1, react(ben, "heart", true).getFirst().count());
    }

    @Test
    void theLastOneWhoLeavesTakesTheNameAway() {
        react(ben, "heart", true);
        react(ana, "heart", true);
        react(ana, ROCKET, true);
        assertEquals(2, react(ana, ROCKET, false).getFirst().count());
        assertEquals(List.of("heart"), names(react(ben, "heart", false)));
        assertEquals(List.of(), react(ana, "heart", false));

        await().until(() -> changes().size() == 6);
        assertEquals(json("[]"), told().getLast().path("reactions"), "all events show what is there now");
        assertTrue(message().path("reactions").isMissingNode());
    }

    private static List<String> names(List<Reaction> all) {
        return all.stream().map(Reaction::name).toList();
    }

    @Test
    void aBurstIsToldByFewEventsAndEveryChangeOnce() {
        var users = IntStream.range(0, 40).mapToObj(i -> user("u" + i)).toList();
        users.forEach(each -> react(each, "heart", true));

        await().until(() -> changes().size() == 40);
        assertTrue(told().size() < 20, told().size() + " events");
        var reactions = message().path("reactions");
        assertEquals(40, reactions.get(0).path("count").asInt());
        assertEquals(10, reactions.get(0).path("users").size());
        assertEquals(0, indexed("[y", "(z"), "nothing is left to tell");
    }

    @Test
    void tooManyChangesAtOnceSayThatAClientMustReadAgain() {
        react(ana, "heart", true);
        await().until(() -> told().size() == 1);
        redis.hash(String.class).hset(keys.of(room).bodies(), message.seq() + "c", "!");
        now(untold.tell(room, message));

        var event = told().getLast();
        assertTrue(event.path("refetch").asBoolean());
        assertTrue(event.path("changes").isMissingNode());
        assertEquals(1, event.path("reactions").get(0).path("count").asInt());
    }

    @Test
    void aDeletedMessageLosesItsReactionsAndTakesNoMore() {
        for (int i = 0; i < 300; i++) {
            redis.sortedSet(String.class)
                    .zadd(keys.of(room).index(), 0, "r%015d:heart:u%d".formatted(message.seq(), i));
        }
        assertEquals(301, react(ben, "heart", true).getFirst().count());
        await().until(() -> told().size() == 1);
        now(stage.messages.delete(ana, room, message, null));

        assertTrue(message().path("reactions").isMissingNode());
        stage.refusedIn(room, NOT_FOUND, () -> stage.reactions.react(ben, room, message, "heart", true));
        var left = indexed("[r", "(s");
        assertTrue(left > 0 && left < 301, left + " are left for the sweeper");
        assertEquals(1, indexed("[z", "({"));
    }

    @Test
    void onlyAMessageOfThisRoomTakesReactions() {
        var other = stage.room(ana, "{'kind':'public'}");
        stage.send(ana, other, "one");
        var elsewhere = stage.send(ana, other, "two");
        var created = Id.parse(stage.events(ana, room).getFirst().path("id").asText());
        for (var none : List.of(elsewhere, created, new Id(message.seq(), message.tag() + 1), new Id(99, 1))) {
            stage.refusedIn(room, NOT_FOUND, () -> stage.reactions.react(ben, room, none, "heart", true));
        }
        for (var wrong : List.of("", "a b", "word".repeat(20), ROCKET + ROCKET)) {
            stage.refusedIn(room, BAD_REQUEST, () -> stage.reactions.react(ben, room, message, wrong, true));
        }
        for (var log : List.of(RoomId.AUDIT, RoomId.inbox(ben.key()))) {
            refused(NOT_FOUND, stage.reactions.react(ben, log, message, "heart", true));
        }
    }

    @Test
    void aMessageHasTwentyDifferentReactionsAtMost() {
        IntStream.range(0, 20).forEach(i -> react(ben, "r" + i, true));
        await().until(() -> changes().size() == 20);

        stage.refusedIn(room, LIMIT_REACHED, () -> stage.reactions.react(ana, room, message, "more", true));
        assertEquals(2, react(ana, "r7", true).get(7).count());
    }

    @Test
    void whoCannotSpeakCannotReactButAReadOnlyRoomTakesReactions() {
        var hidden = stage.room(ana, "{'kind':'private'}");
        var there = stage.send(ana, hidden, "hi");
        refused(NOT_FOUND, stage.reactions.react(ben, hidden, there, "heart", true));

        now(stage.rooms.change(ana, room, Stage.settings("{'readOnly':true,'slowModeSeconds':3600}"), null));
        react(ben, "heart", true);
        react(ben, "other", true);
        await().until(() -> changes().size() == 2);

        now(stage.members.mute(ana, room, id(ben), Members.FOREVER, ""));
        refusedReaction(stage.reactions.react(ben, room, message, "third", true));
        now(stage.members.unmute(ana, room, id(ben)));
        now(stage.rooms.change(ana, room, Stage.settings("{'frozen':true}"), null));
        refusedReaction(stage.reactions.react(ben, room, message, "third", true));
        assertFalse(react(ana, "third", true).isEmpty(), "the owner may");
        now(stage.members.ban(ana, room, id(ben), Members.FOREVER, ""));
        refusedReaction(stage.reactions.react(ben, room, message, "third", true));
    }

    private void refusedReaction(Uni<?> reaction) {
        refused(FORBIDDEN, reaction);
    }

    @Test
    void pinsAreShownToldAndLimited() {
        var moderator = stage.one(room, ana, Role.MODERATOR);
        now(stage.pins.pin(moderator, room, message, true));
        assertEquals(
                id(moderator), message().path("pinned").path("by").path("id").asText());
        var event = stage.last(ana, room);
        assertEquals("pinned", event.path("type").asText());
        assertTrue(event.path("on").asBoolean());
        stage.nothingNewIn(room, () -> stage.pins.pin(ana, room, message, true));

        now(stage.pins.pin(ana, room, message, false));
        assertTrue(message().path("pinned").isMissingNode());
        stage.nothingNewIn(room, () -> stage.pins.pin(ana, room, message, false));

        for (int i = 0; i < 50; i++) {
            now(stage.pins.pin(Stage.admin(), room, stage.send(user("other"), room, "m"), true));
        }
        stage.refusedIn(room, LIMIT_REACHED, () -> stage.pins.pin(ana, room, message, true));
    }

    @Test
    void aDeletedMessageIsNotPinned() {
        now(stage.pins.pin(ana, room, message, true));
        now(stage.messages.delete(ana, room, message, null));

        assertTrue(message().path("pinned").isMissingNode());
        assertEquals(0, indexed("[p", "(q"));
        stage.refusedIn(room, NOT_FOUND, () -> stage.pins.pin(ana, room, message, true));
    }

    @Test
    void inADirectRoomBothMayPin() {
        var direct = now(stage.rooms.direct(ana, id(ben))).id();
        var hi = stage.send(ana, direct, "hi");

        now(stage.pins.pin(ben, direct, hi, true));

        assertEquals("pinned", stage.last(ben, direct).path("type").asText());
    }
}
