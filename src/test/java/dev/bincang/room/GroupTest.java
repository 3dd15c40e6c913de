package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.BAD_REQUEST;
import static dev.bincang.protocol.ErrorCode.CONFLICT;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.LIMIT_REACHED;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.protocol.ErrorCode.RATE_LIMITED;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.json;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.settings;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.invite.Additions;
import dev.bincang.room.invite.Additions.Addition;
import dev.bincang.room.invite.Additions.Result;
import dev.bincang.room.lists.MemberLists.Member;
import dev.bincang.room.lists.RoomLists.Filter;
import dev.bincang.testing.history.StoredLog;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A room that is made with its members, and many users who are added in one call. */
@QuarkusTest
class GroupTest {

    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
    private final Actor cid = user("cid");

    @Inject
    Stage stage;

    @Inject
    Additions additions;

    @Inject
    RateLimits limits;

    @Inject
    RedisDataSource redis;

    @Inject
    Keys keys;

    @Inject
    BincangConfig config;

    private Room make(String settings, String... members) {
        return now(stage.rooms.create(owner, null, settings(settings), null, owner.others(Arrays.asList(members))));
    }

    private Id inbox(Actor of) {
        return stage.head(RoomId.inbox(of.key()));
    }

    private long madeRooms() {
        return redis.set(String.class).scard(keys.madeBy(owner.key()));
    }

    private static List<String> users(int count) {
        return IntStream.range(0, count).mapToObj(i -> "user" + i).toList();
    }

    // ---- a room with its members

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'kind':'private'}", "{'history':'joined'}"})
    void aRoomIsMadeWithItsMembersInOneStep(String settings) {
        var room = make(settings, id(ben), id(cid), id(ben), id(owner));

        assertEquals(3, room.members());
        assertEquals(1, room.head().seq(), "one event");
        assertEquals(
                Set.of(
                        new Member(id(owner), Role.OWNER),
                        new Member(id(ben), Role.MEMBER),
                        new Member(id(cid), Role.MEMBER)),
                Set.copyOf(now(stage.lists.members(ben, room.id(), null, 50)).items()));
        for (var member : List.of(ben, cid)) {
            var inbox = RoomId.inbox(member.key());
            assertEquals(
                    json("{'type':'inbox','room':'" + inbox + "','by':{'id':'" + id(owner) + "','name':'owner'},"
                            + "'about':'" + room.id() + "','change':'added'}"),
                    Stage.bare(stage.last(member, inbox)));
            assertEquals(1, inbox(member).seq());
            assertEquals(
                    room.id(),
                    now(stage.roomLists.mine(member, Filter.ALL, null, 50))
                            .items()
                            .getFirst()
                            .room()
                            .id());
            stage.send(member, room.id(), "hi");
        }
        assertEquals(Id.ZERO, inbox(owner), "the maker is not told");
    }

    @Test
    void aHundredMembersAreNotTooMany() {
        assertEquals(101, make("{}", users(100).toArray(String[]::new)).members());
    }

    @Test
    void badMembersMakeNoRoom() {
        for (var wrong : Arrays.asList("", " ", ".", "a\u0000b", "x".repeat(129), null)) {
            assertEquals(
                    BAD_REQUEST,
                    assertThrows(Refusal.class, () -> make("{}", id(ben), wrong))
                            .code());
        }
        var tooMany = users(101).toArray(String[]::new);
        assertEquals(
                "members: must have at most 100 users",
                assertThrows(Refusal.class, () -> make("{}", tooMany)).getMessage());

        assertEquals(0, madeRooms());
        assertEquals(Id.ZERO, inbox(ben));
    }

    @Test
    void eachMemberCostsAJoin() {
        limits.take(What.JOIN, owner.key(), config.limits().joinsPerMinute());

        refused(RATE_LIMITED, stage.rooms.create(owner, null, Settings.NONE, null, List.of(id(ben))));

        assertEquals(0, madeRooms());
        assertEquals(1, make("{}").members(), "a room without others is no join");
    }

    @Test
    void noRoomHasMoreMembersThanTheSettingAllows() {
        var users = users(config.rooms().maxMembers());

        refused(LIMIT_REACHED, stage.rooms.create(owner, null, Settings.NONE, null, users));

        assertEquals(0, madeRooms());
    }

    @Test
    void theKeyStandsForTheMembersToo() {
        var key = new Key("k");
        var both = List.of(id(ben), id(cid));
        var first = now(stage.rooms.create(owner, null, Settings.NONE, key, both));

        assertEquals(
                first.id(),
                now(stage.rooms.create(owner, null, Settings.NONE, key, both.reversed()))
                        .id());
        refused(CONFLICT, stage.rooms.create(owner, null, Settings.NONE, key, List.of(id(ben))));
        refused(CONFLICT, stage.rooms.create(owner, null, Settings.NONE, key, List.of()));

        assertEquals(3, now(stage.rooms.get(ben, first.id())).members());
        assertEquals(1, inbox(ben).seq(), "told once");
    }

    @Test
    void aTakenIdChangesNobodysMembership() {
        var taken = new RoomId("taken-" + UUID.randomUUID());
        now(stage.rooms.create(cid, taken, Settings.NONE, null));

        refused(CONFLICT, stage.rooms.create(owner, taken, Settings.NONE, null, List.of(id(ben))));

        assertEquals(Id.ZERO, inbox(ben));
        assertEquals(
                List.of(), now(stage.roomLists.mine(ben, Filter.ALL, null, 50)).items());
    }

    /** If rooms are open, a room has users before anybody makes it. */
    @Test
    void aBannedUserIsNotAmongTheFirstMembers() {
        var room = new RoomId("open-" + UUID.randomUUID());
        var admin = Stage.admin();
        var command = StoredLog.messages(keys, room, 1, Duration.ZERO, 2);
        redis.execute(command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));
        redis.hash(String.class)
                .hset(keys.of(room).members(), ben.key(), "- - 0 0 0 " + Members.FOREVER + " 0 x noise");

        var refusal = refused(CONFLICT, stage.rooms.create(admin, room, Settings.NONE, null, List.of(id(ben))));

        assertEquals("members: one is banned from this room", refusal.getMessage());
        assertEquals(
                2,
                now(stage.rooms.create(admin, room, Settings.NONE, null, List.of(id(cid))))
                        .members());
    }

    // ---- many users for a room that exists

    @Test
    void eachUserGetsAnAnswerOfTheirOwn() {
        var room = stage.room(owner);
        now(stage.members.add(owner, room, id(cid)));
        var banned = user("banned");
        now(stage.members.ban(owner, room, id(banned), Members.FOREVER, ""));
        var head = stage.head(room).seq();
        var wanted = owner.others(List.of(id(ben), id(cid), id(banned), id(owner), id(ben)));

        assertEquals(
                List.of(
                        new Addition(id(ben), Result.ADDED, null, null),
                        new Addition(id(cid), Result.ALREADY, null, null),
                        new Addition(id(banned), Result.REFUSED, CONFLICT, "user: is banned from this room")),
                now(additions.add(owner, room, wanted)));

        assertEquals(head + 1, stage.head(room).seq());
        assertEquals(id(ben), stage.last(ben, room).path("user").asText());
        assertEquals(1, inbox(ben).seq());
        assertEquals(1, inbox(banned).seq(), "only their ban");
    }

    @Test
    void onlyThoseWhoMayInviteAddMembers() {
        var open = stage.room(owner);
        var secret = stage.room(owner, "{'kind':'private'}");
        var member = stage.one(open, owner, Role.MEMBER);

        stage.refusedIn(open, FORBIDDEN, () -> additions.add(member, open, List.of(id(ben))));
        stage.refusedIn(open, FORBIDDEN, () -> additions.add(cid, open, List.of(id(ben))));
        stage.refusedIn(secret, NOT_FOUND, () -> additions.add(cid, secret, List.of(id(ben))));

        var moderator = stage.one(secret, owner, Role.MODERATOR);
        assertEquals(
                Result.ADDED,
                now(additions.add(moderator, secret, List.of(id(ben))))
                        .getFirst()
                        .result());
    }
}
