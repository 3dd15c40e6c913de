package dev.bincang.message;

import static dev.bincang.protocol.ErrorCode.BAD_REQUEST;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.TOO_LARGE;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Role;
import dev.bincang.room.Stage;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is mentioned in a message, and what Redis keeps of it. */
@QuarkusTest
class MentionsTest {

    @Inject
    Stage stage;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    private final Actor ana = user("ana");
    private final Actor ben = user("ben");
    private final Actor eva = user("eva: 100%");
    private RoomId room;

    @BeforeEach
    void aPrivateRoomOfThree() {
        room = stage.room(ana, "{'kind':'private'}");
        now(stage.members.add(ana, room, id(ben)));
        now(stage.members.add(ana, room, id(eva)));
    }

    private static Content mentioning(@Nullable Boolean all, String... users) {
        return new Content("hi", List.of(users), all, null, null);
    }

    private Id send(Content content) {
        return now(stage.messages.send(ana, room, content, Place.ROOM, null)).id();
    }

    /** The mentions in the index, as the index holds them. */
    private Set<String> stored() {
        var found = redis.execute("ZRANGEBYLEX", keys.of(room).index(), "[m", "(n");
        return new TreeSet<>(Stream.iterate(0, i -> i < found.size(), i -> i + 1)
                .map(i -> found.get(i).toString())
                .toList());
    }

    private static String entry(Actor mentioned, Id message, Actor author) {
        return "m%s:%015d:%s".formatted(mentioned.key(), message.seq(), author.key());
    }

    @Test
    void whoIsMentionedIsInTheFrameAndInTheIndex() {
        var message = send(mentioning(null, id(ben), id(eva), id(ben)));

        var event = stage.last(ana, room);
        assertEquals(id(ben), event.path("mentions").get(0).asText());
        assertEquals(id(eva), event.path("mentions").get(1).asText());
        assertEquals(2, event.path("mentions").size());
        assertTrue(event.path("mentionAll").isMissingNode());
        assertEquals(Set.of(entry(ben, message, ana), entry(eva, message, ana)), stored());
    }

    @Test
    void whoCannotReadTheRoomIsLeftOutAndNamed() {
        var stranger = user("stranger");
        now(stage.members.remove(ana, room, id(eva), ""));

        var sent =
                now(stage.messages.send(ana, room, mentioning(null, id(stranger), id(ben), id(eva)), Place.ROOM, null));

        assertEquals(stranger.key() + " " + eva.key(), sent.detail());
        assertEquals(1, stage.last(ana, room).path("mentions").size());
        assertEquals(Set.of(entry(ben, sent.id(), ana)), stored());
    }

    @Test
    void inAPublicRoomEverybodyCanBeMentionedButThoseWhoAreBanned() {
        room = stage.room(ana, "{'kind':'public'}");
        now(stage.members.ban(ana, room, id(ben), Members.FOREVER, ""));

        var sent = now(stage.messages.send(ana, room, mentioning(null, id(ben), id(eva)), Place.ROOM, null));

        assertEquals(ben.key(), sent.detail());
        assertEquals(Set.of(entry(eva, sent.id(), ana)), stored());
    }

    @Test
    void anEditReplacesTheMentionsAndADeletionRemovesThem() {
        var message = send(mentioning(null, id(ben)));
        now(stage.messages.edit(ana, room, message, mentioning(null, id(eva)), null));
        assertEquals(Set.of(entry(eva, message, ana)), stored());
        assertEquals(id(eva), stage.last(ana, room).path("mentions").get(0).asText());

        now(stage.messages.edit(ana, room, message, Content.of("nobody"), null));
        assertEquals(Set.of(), stored());
        assertTrue(stage.last(ana, room).path("mentions").isMissingNode());

        now(stage.messages.edit(ana, room, message, mentioning(null, id(ben)), null));
        now(stage.messages.delete(ana, room, message, null));
        assertEquals(Set.of(), stored());
    }

    @Test
    void onlyModeratorsMentionAll() {
        var moderator = stage.one(room, ana, Role.MODERATOR);
        stage.refusedIn(room, FORBIDDEN, () -> stage.messages.send(ben, room, mentioning(true), Place.ROOM, null));

        var sent = now(stage.messages.send(moderator, room, mentioning(true, id(ben)), Place.ROOM, null));

        assertTrue(stage.last(ana, room).path("mentionAll").asBoolean());
        assertEquals(
                Set.of("m*:%015d:%s".formatted(sent.id().seq(), moderator.key()), entry(ben, sent.id(), moderator)),
                stored());
    }

    @Test
    void trimmedMessagesLeaveNoMention() {
        now(stage.rooms.change(ana, room, Stage.settings("{'keepMessages':1}"), null));
        for (int i = 0; i < 100; i++) {
            now(stage.messages.send(Stage.admin(), room, mentioning(true, id(ben), id(eva)), Place.ROOM, null));
        }

        var left = redis.stream(String.class).xlen(keys.of(room).log());
        assertTrue(left < 50, left + " events");
        assertTrue(stored().size() <= 3 * left, stored().size() + " mentions of " + left + " events");
        assertTrue(redis.hash(String.class).hlen(keys.of(room).bodies()) <= 2 * left);
    }

    @Test
    void tooManyMentionsAndWrongIdsAreRefused() {
        var many = Collections.nCopies(51, "u").toArray(String[]::new);
        stage.refusedIn(
                room, TOO_LARGE, () -> stage.messages.send(ana, room, mentioning(null, many), Place.ROOM, null));
        for (var wrong : List.of("", "..", "a\nb", "x".repeat(129))) {
            stage.refusedIn(
                    room, BAD_REQUEST, () -> stage.messages.send(ana, room, mentioning(null, wrong), Place.ROOM, null));
        }
    }
}
