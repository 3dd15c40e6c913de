package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.LIMIT_REACHED;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.room.invite.Acceptance;
import dev.bincang.room.invite.Acceptance.Invitation;
import dev.bincang.room.invite.Invites;
import dev.bincang.room.invite.Invites.Invite;
import dev.bincang.room.invite.Invites.Made;
import dev.bincang.room.lists.RoomLists.Filter;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Invitation links: who makes them, what they do, and when they end. */
@QuarkusTest
class InvitesTest {

    private static final long DAY_MS = 86_400_000;

    private final String address = UUID.randomUUID().toString();
    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
    private final Actor cid = user("cid");
    private final Actor admin = Stage.admin();
    private RoomId room;

    @Inject
    Stage stage;

    @Inject
    Invites invites;

    @Inject
    Acceptance acceptance;

    @Inject
    RedisDataSource redis;

    @Inject
    Keys keys;

    @Inject
    BincangConfig config;

    @BeforeEach
    void aPrivateRoom() {
        room = stage.room(owner, "{'kind':'private','name':'Us'}");
    }

    private Made made(@Nullable Long uses) {
        return now(invites.make(owner, room, null, uses, null));
    }

    private Room accept(Actor who, Made link) {
        return now(acceptance.accept(who, link.token(), address));
    }

    private void unknown(Actor who, Made link) {
        var refusal = stage.refusedIn(room, NOT_FOUND, () -> acceptance.accept(who, link.token(), address));
        assertEquals("token: there is no such invitation", refusal.getMessage());
        assertEquals(
                refusal.problem(),
                refused(NOT_FOUND, acceptance.open(who, link.token(), address)).problem());
    }

    private List<Invite> list() {
        return now(invites.list(owner, room)).items();
    }

    private Map<String, String> stored() {
        var stored = redis.hash(String.class).hgetall(keys.of(room).invites());
        stored.remove("");
        return stored;
    }

    /** Sets the end of every link of the room to a time in the past. */
    private void end() {
        stored().forEach((digest, link) -> {
            var words = link.split(" ", -1);
            words[3] = "1";
            redis.hash(String.class).hset(keys.of(room).invites(), digest, String.join(" ", words));
        });
    }

    // ---- accepting

    @Test
    void aLinkMakesItsHolderAMember() {
        var link = made(null);
        assertEquals(new Invitation(room, "Us", 1), now(acceptance.open(ben, link.token(), address)));
        refused(NOT_FOUND, stage.rooms.get(ben, room));

        stage.oneEventIn(
                room,
                owner,
                "{'type':'member','room':'%s','by':{'id':'%s','name':'ben'},'user':'%s','change':'added',"
                                .formatted(room, id(ben), id(ben))
                        + "'role':'member','invite':'" + link.id() + "'}",
                () -> acceptance.accept(ben, link.token(), address));

        assertEquals(Role.MEMBER, now(stage.rooms.get(ben, room)).role());
        assertEquals(2, now(stage.rooms.get(ben, room)).members());
        assertEquals(
                List.of(room),
                now(stage.roomLists.mine(ben, Filter.ALL, null, 50)).items().stream()
                        .map(mine -> mine.room().id())
                        .toList());
        assertEquals(Id.ZERO, stage.head(RoomId.inbox(ben.key())), "who joins is not told");
        stage.send(ben, room, "hi");
    }

    @Test
    void aPublicRoomHasLinksTooAndARoomWithoutANameShowsItsId() {
        room = stage.room(owner);
        var link = made(null);

        assertEquals(new Invitation(room, room.value(), 1), now(acceptance.open(ben, link.token(), address)));
        assertEquals(Role.MEMBER, accept(ben, link).role());
        assertEquals(link.id(), stage.last(owner, room).path("invite").asText());
    }

    @Test
    void aGuestAccepts() {
        assertEquals(
                Role.MEMBER,
                accept(Actor.of(new User("guest:" + UUID.randomUUID(), "Gast"), false), made(1L))
                        .role());
    }

    @Test
    void usesAreCountedAndAMemberUsesNone() {
        var link = made(2L);
        accept(ben, link);
        stage.nothingNewIn(room, () -> acceptance.accept(ben, link.token(), address));
        stage.nothingNewIn(room, () -> acceptance.accept(owner, link.token(), address));
        assertEquals(Role.OWNER, accept(owner, link).role());
        assertEquals(1, list().getFirst().uses());

        accept(cid, link);

        assertEquals(List.of(), list());
        unknown(user("dan"), link);
        assertEquals(Role.MEMBER, accept(ben, link).role(), "a repeated call still succeeds");
    }

    @Test
    void aLinkWithoutANumberOfUsesStays() {
        var link = made(null);
        accept(ben, link);
        accept(cid, link);

        assertEquals(List.of(new Invite(link.id(), id(owner), link.expires(), null, true)), list());
    }

    @Test
    void whoHasLeftUsesTheLinkAgain() {
        var link = made(2L);
        accept(ben, link);
        now(stage.members.remove(ben, room, id(ben), ""));

        accept(ben, link);

        assertEquals(List.of(), list());
    }

    @Test
    void aFullRoomRefusesAndCountsNoUse() {
        var link = made(1L);
        redis.hash(String.class)
                .hset(keys.of(room).room(), "members", "" + config.rooms().maxMembers());

        var refusal = stage.refusedIn(room, LIMIT_REACHED, () -> acceptance.accept(ben, link.token(), address));

        assertEquals("the room has reached its limit of members", refusal.getMessage());
        assertEquals(1, list().getFirst().uses());
    }

    // ---- the end of a link

    @Test
    void aLinkEndsAfterItsTime() {
        var before = System.currentTimeMillis();
        var link = now(invites.make(owner, room, 3_600L, 5L, Role.MEMBER));
        assertTrue(Math.abs(link.expires() - before - 3_600_000) < 60_000, link.toString());
        assertTrue(Math.abs(made(null).expires() - before - 7 * DAY_MS) < 60_000, "a week if it names no time");

        end();

        unknown(ben, link);
        assertEquals(List.of(), list());
        refused(NOT_FOUND, invites.revoke(owner, room, link.id()));
    }

    @Test
    void aRevokedLinkAdmitsNobody() {
        var link = made(null);
        var other = made(null);

        now(invites.revoke(owner, room, link.id()));

        unknown(ben, link);
        assertEquals(List.of(other.id()), list().stream().map(Invite::id).toList());
        assertEquals(
                "id: the room has no such invitation link",
                refused(NOT_FOUND, invites.revoke(owner, room, link.id())).getMessage());
        accept(ben, other);
    }

    @Test
    void aDeletedRoomHasNoLinks() {
        var link = made(null);
        var key = keys.of(room).invites();
        now(stage.rooms.delete(owner, room, null));

        assertFalse(redis.key().exists(key));
        refused(NOT_FOUND, acceptance.accept(ben, link.token(), address));
    }

    // ---- what is stored

    @Test
    void theTokenIsNeitherStoredNorShownAgain() {
        var link = made(5L);
        var secret = link.token().substring(link.token().lastIndexOf('.') + 1);

        assertEquals(room.value() + "." + secret, link.token());
        assertTrue(secret.matches("[A-Za-z0-9_-]{22}"), "128 bits");
        assertNotEquals(link.token(), made(5L).token());
        assertFalse(stored().toString().contains(secret));
        assertFalse(list().toString().contains(secret));
        assertFalse(stage.events(admin, RoomId.AUDIT).toString().contains(secret));
    }

    @Test
    void theHashOfLinksEndsWithItsLastLink() {
        var key = keys.of(room).invites();
        now(invites.make(owner, room, 3_600L, null, null));
        assertTrue(redis.key().pttl(key) <= 3_600_000, "an hour");
        now(invites.make(owner, room, 7_200L, null, null));
        now(invites.make(owner, room, 60L, null, null));

        var left = Duration.ofMillis(redis.key().pttl(key));

        assertTrue(left.toMinutes() >= 119 && left.toMinutes() <= 120, left.toString());
    }

    @Test
    void onlyLivingLinksCountAgainstTheLimit() {
        var most = config.invites().maxPerRoom();
        made(1L);
        var some = stored().values().iterator().next();
        for (int i = 1; i < most; i++) {
            redis.hash(String.class).hset(keys.of(room).invites(), "digest" + i, some);
        }

        var refusal = refused(LIMIT_REACHED, invites.make(owner, room, null, null, null));
        assertEquals("the room has reached its limit of invitation links", refusal.getMessage());

        end();
        var link = made(null);
        assertEquals(1, stored().size(), "those that have ended are removed");
        accept(ben, link);
    }
}
