package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.BAD_REQUEST;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.protocol.ErrorCode.RATE_LIMITED;
import static dev.bincang.protocol.ErrorCode.TOO_LARGE;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.json;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.settings;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.hub.signal.PublishedSignal;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.signal.Signals;
import dev.bincang.signal.TypingSignal;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.pubsub.PubSubCommands.RedisSubscriber;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may send signals, and what is published. Whatever is refused publishes nothing. */
@QuarkusTest
class SignalingTest {

    private static final String CURSOR = "'name':'cursor','data':{'x':1,'y':[null,0.5]}";

    private final Actor owner = user("owner");
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private RoomId room;
    private Actor ben;
    private RedisSubscriber subscriber;

    @Inject
    Stage stage;

    @Inject
    Signals signals;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void aRoom() {
        room = stage.room(owner);
        ben = stage.one(room, owner, Role.MEMBER);
        subscriber = redis.pubsub(String.class).subscribe(keys.of(room).room(), heard::add);
    }

    @AfterEach
    void end() {
        subscriber.unsubscribe();
    }

    private String signal(Actor by, String fields) {
        return new String(now(stage.run(by, "signal", room, fields)), UTF_8);
    }

    private void notPublished(ErrorCode code, Actor by, String fields, String why) {
        assertEquals(why, refused(code, stage.run(by, "signal", room, fields)).getMessage());
    }

    /** The signals so far. One more of an admin, who may always send, shows that no other is on its way. */
    private List<PublishedSignal> published() {
        signal(Stage.admin(), "'name':'end','data':{}");
        await().until(() -> heard.stream().anyMatch(payload -> payload.startsWith("~signal:end")));
        return heard.stream()
                .map(payload -> payload.getBytes(UTF_8))
                .filter(PublishedSignal::is)
                .map(PublishedSignal::of)
                .filter(signal -> !signal.key().startsWith("signal:end"))
                .toList();
    }

    private void nothingIsPublished() {
        assertEquals(List.of(), published());
    }

    @Test
    void aSignalIsPublishedAsTheWholeFrameAndIsNotLogged() {
        var head = stage.head(room);

        assertEquals("{\"type\":\"ok\",\"req\":1}", signal(ben, CURSOR));

        var one = published().getFirst();
        assertEquals("signal:cursor:" + ben.key(), one.key());
        assertEquals(
                json("{'type':'signal','room':'%s','by':{'id':'%s','name':'member'},%s}"
                        .formatted(room, id(ben), CURSOR)),
                json(new String(one.json(), UTF_8)));
        assertEquals(head, stage.head(room));
    }

    @Test
    void aLongUserIdIsShortenedInTheKey() {
        var long1 = Actor.of(new User("\u00e4".repeat(127) + "1", "Long"), true);
        var long2 = Actor.of(new User("\u00e4".repeat(127) + "2", "Long"), true);

        signal(long1, CURSOR);
        signal(long2, CURSOR);

        assertEquals(
                2, published().stream().map(PublishedSignal::key).distinct().count());
    }

    @Test
    void aRoomThatTheUserMayNotKnowIsNotFound() {
        now(stage.rooms.change(owner, room, settings("{'kind':'private'}"), null));

        notPublished(NOT_FOUND, user("stranger"), CURSOR, "room: there is none");
        nothingIsPublished();
        for (var other : List.of("@" + ben.key(), "r.audit")) {
            refused(NOT_FOUND, stage.run(ben, "signal", new RoomId(other), CURSOR));
        }
        now(stage.rooms.delete(owner, room, null));
        notPublished(NOT_FOUND, ben, CURSOR, "room: there is none");
    }

    @Test
    void visitorsUsersWhoAreBannedAndUsersWhoAreMutedMayNot() {
        notPublished(FORBIDDEN, user("visitor"), CURSOR, "your role in this room does not allow it");
        now(stage.members.mute(owner, room, id(ben), System.currentTimeMillis() + 3_600_000, ""));
        notPublished(FORBIDDEN, ben, CURSOR, "muted in this room");
        var wait = refused(FORBIDDEN, stage.run(ben, "typing", room, "'on':true"))
                .problem()
                .retryAfterMs();
        assertTrue(wait != null && wait > 3_500_000, "after " + wait);
        now(stage.members.ban(owner, room, id(ben), Members.FOREVER, ""));
        notPublished(FORBIDDEN, ben, CURSOR, "banned from this room");
        nothingIsPublished();
    }

    @Test
    void aFrozenOrReadOnlyRoomRefusesSignalsAsItRefusesMessages() {
        var moderator = stage.one(room, owner, Role.MODERATOR);
        now(stage.rooms.change(owner, room, settings("{'readOnly':true}"), null));
        notPublished(FORBIDDEN, ben, CURSOR, "the room is read-only");
        nothingIsPublished();
        signal(moderator, CURSOR);

        now(stage.rooms.change(owner, room, settings("{'frozen':true}"), null));
        notPublished(FORBIDDEN, moderator, CURSOR, "the room is frozen");
        signal(owner, CURSOR);
    }

    @Test
    void aWrongFieldIsRefused() {
        for (var name : List.of("", "Cursor", "a b", "x".repeat(33), "a:b")) {
            notPublished(
                    BAD_REQUEST,
                    ben,
                    "'name':'" + name + "','data':{}",
                    "name: must be 1 to 32 characters of a-z 0-9 _ . -");
        }
        notPublished(BAD_REQUEST, ben, "'name':'a','data':{'x':'\\ud800'}", "data: has an unpaired surrogate");
        notPublished(BAD_REQUEST, ben, "'name':'a','data':[]", "data: missing or of the wrong type");
        notPublished(BAD_REQUEST, ben, "'name':'a'", "data: missing");
        nothingIsPublished();
    }

    @Test
    void theSizeOfTheDataIsLimited() {
        notPublished(
                TOO_LARGE,
                ben,
                "'name':'a','data':{'x':'" + "x".repeat(1_017) + "'}",
                "data: must have at most 1024 bytes as JSON");
        nothingIsPublished();
        signal(ben, "'name':'a','data':{'x':'" + "x".repeat(1_016) + "'}");
    }

    @Test
    void aUserWhoSendsTooManyMustWait() {
        var sent = 0;
        Refusal refusal = null;
        while (refusal == null) {
            try {
                signal(ben, CURSOR);
                sent++;
            } catch (Refusal tooMany) {
                refusal = tooMany;
            }
        }

        assertEquals(RATE_LIMITED, refusal.code());
        assertTrue(sent >= 20, sent + " were sent");
        var wait = refusal.problem().retryAfterMs();
        assertTrue(wait != null && wait > 0 && wait <= 100, "after " + wait);
        signal(owner, CURSOR);
    }

    // ---- typing

    @Test
    void anyoneWhoMaySendMayTellThatTheyAreTyping() {
        var visitor = user("visitor");
        now(stage.run(visitor, "typing", room, "'on':true"));

        var one = published().getFirst();
        assertEquals("typing:" + visitor.key(), one.key());
        assertEquals(
                json("{'type':'typing','room':'%s','by':{'id':'%s','name':'visitor'},'on':true}"
                        .formatted(room, id(visitor))),
                json(new String(one.json(), UTF_8)));
    }

    @Test
    void whatComesTooEarlyIsAnsweredAndNotPublished() {
        now(stage.run(ben, "typing", room, "'on':true"));
        now(stage.run(ben, "typing", room, "'on':true"));
        now(stage.run(ben, "typing", room, "'on':false"));
        now(stage.run(owner, "typing", room, "'on':true"));

        var ons = published().stream()
                .map(signal -> json(new String(signal.json(), UTF_8)))
                .map(frame ->
                        frame.at("/by/name").asText() + " " + frame.path("on").asBoolean())
                .toList();
        assertEquals(List.of("member true", "member false", "owner true"), ons);
    }

    @Test
    void aLargeRoomDoesNotTellWhoIsTyping() {
        var frame = new TypingSignal(room, ben.user(), true);

        now(signals.publish(ben, Right.SEND, "typing", frame, 1));
        nothingIsPublished();
        now(signals.publish(ben, Right.SEND, "typing", frame, 2));
        assertEquals(1, published().size());
    }
}
