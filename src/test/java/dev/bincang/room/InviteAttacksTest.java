package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.protocol.ErrorCode.RATE_LIMITED;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.invite.Acceptance;
import dev.bincang.room.invite.Invites;
import dev.bincang.room.invite.Invites.Invite;
import dev.bincang.room.lists.RoomLists.Filter;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever holds no valid link gets in nowhere, and learns nothing. */
@QuarkusTest
class InviteAttacksTest {

    private final String address = UUID.randomUUID().toString();
    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
    private final Actor mod = user("mod");
    private RoomId room;

    @Inject
    Stage stage;

    @Inject
    Invites invites;

    @Inject
    Acceptance acceptance;

    @Inject
    RateLimits limits;

    @Inject
    BincangConfig config;

    @Inject
    RedisDataSource redis;

    @Inject
    Keys keys;

    @BeforeEach
    void aPrivateRoomWithAModerator() {
        room = stage.room(owner, "{'kind':'private'}");
        promote();
    }

    private void promote() {
        now(stage.members.add(owner, room, id(mod)));
        now(stage.members.role(owner, room, id(mod), Role.MODERATOR));
    }

    private String token(Actor by) {
        return now(invites.make(by, room, null, null, null)).token();
    }

    /** The answer is the same as for a token that nobody made. */
    private void unknown(Actor who, String token) {
        var nowhere = "r." + "0".repeat(32) + "." + "A".repeat(22);
        var address = UUID.randomUUID().toString();
        var expected =
                refused(NOT_FOUND, acceptance.accept(who, nowhere, address)).problem();
        assertEquals(
                expected,
                refused(NOT_FOUND, acceptance.accept(who, token, address)).problem());
        assertEquals(
                expected,
                refused(NOT_FOUND, acceptance.open(who, token, address)).problem());
        assertEquals(
                List.of(), now(stage.roomLists.mine(who, Filter.ALL, null, 50)).items());
        assertFalse(redis.key().exists(keys.roomsOf(who.key())), "no room is listed for them");
    }

    private boolean active() {
        return now(invites.list(owner, room)).items().stream().allMatch(Invite::active);
    }

    // ---- the user who made the link has lost the right

    @Test
    void aLinkOfADemotedModeratorAdmitsNobodyUntilTheyMayInviteAgain() {
        var token = token(mod);
        now(stage.members.role(owner, room, id(mod), Role.MEMBER));
        unknown(ben, token);
        assertFalse(active());

        now(stage.members.role(owner, room, id(mod), Role.MODERATOR));
        assertTrue(active());
        now(acceptance.accept(ben, token, address));
    }

    @Test
    void aLinkOfARemovedModeratorAdmitsNobodyNotEvenThemselves() {
        var token = token(mod);
        now(stage.members.remove(owner, room, id(mod), ""));

        unknown(ben, token);
        unknown(mod, token);
    }

    @Test
    void aLinkOfABannedModeratorAdmitsNobody() {
        var token = token(mod);
        now(stage.members.ban(owner, room, id(mod), Members.FOREVER, ""));

        unknown(ben, token);
        unknown(mod, token);
    }

    @Test
    void aLinkOfAUserWhoIsBannedFromEverywhereAdmitsNobody() {
        var admin = Stage.admin();
        var token = token(mod);
        now(stage.users.ban(admin, id(mod), Members.FOREVER, ""));
        await().untilAsserted(() -> refused(
                NOT_FOUND, acceptance.open(user("x"), token, UUID.randomUUID().toString())));
        unknown(ben, token);
    }

    @Test
    void aLinkOfAnAdminWhoIsNoMemberAdmitsUsers() {
        now(acceptance.accept(ben, token(Stage.admin()), address));
    }

    // ---- its holder may not enter

    @Test
    void aBannedUserGetsTheAnswerOfAnUnknownLink() {
        var token = token(owner);
        now(stage.members.ban(owner, room, id(ben), Members.FOREVER, ""));
        unknown(ben, token);

        now(stage.members.unban(owner, room, id(ben)));
        now(acceptance.accept(ben, token, address));
    }

    @Test
    void aBanEndsAMembershipThatCameByALink() {
        var token = token(owner);
        now(acceptance.accept(ben, token, address));
        now(stage.members.ban(owner, room, id(ben), Members.FOREVER, ""));

        unknown(ben, token);
        refused(NOT_FOUND, stage.history(ben, room, 1));
    }

    // ---- forged tokens

    @Test
    void aTokenOpensOnlyItsOwnRoom() {
        var other = stage.room(owner, "{'kind':'private'}");
        var secret = secret(token(owner));

        unknown(ben, other + "." + secret);
        unknown(ben, stage.room(owner) + "." + secret);
    }

    private static String secret(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    @Test
    void aTokenThatIsNotExactlyTheSameIsUnknown() {
        var token = token(owner);
        var secret = secret(token);
        var last = secret.charAt(21);
        var swapped = secret.substring(0, 21) + (last == 'A' ? 'B' : 'A');
        for (var wrong : List.of(
                room + "." + swapped,
                token + "A",
                token.substring(0, token.length() - 1),
                room + "..",
                room.value(),
                secret,
                "." + secret,
                " " + token,
                token + "\n",
                "x".repeat(10_000),
                "")) {
            unknown(user("ben"), wrong);
        }
    }

    @Test
    void noTokenWritesToAnInboxOrTheAuditTrail() {
        var secret = "A".repeat(22);
        for (var log : List.of("@" + ben.key(), "@" + owner.key(), "r.audit", "d.x")) {
            unknown(ben, log + "." + secret);
        }
    }

    @Test
    void theIdOfALinkIsNoToken() {
        var made = now(invites.make(owner, room, null, null, null));

        unknown(ben, made.id());
        unknown(ben, room + "." + made.id());
        var digest = redis.hash(String.class).hkeys(keys.of(room).invites()).stream()
                .filter(one -> !one.isEmpty())
                .findFirst()
                .orElseThrow();
        unknown(ben, room + "." + digest);
        unknown(ben, room + ".");
    }

    // ---- races and floods

    @Test
    void theLastUseAdmitsExactlyOne() {
        var made = now(invites.make(owner, room, null, 3L, null));
        var all = IntStream.range(0, 20).mapToObj(i -> user("racer" + i)).toList();

        var entered = now(Uni.join()
                .all(all.stream()
                        .map(who -> acceptance
                                .accept(who, made.token(), address)
                                .replaceWith(true)
                                .onFailure()
                                .recoverWithItem(failure -> {
                                    assertEquals("token: there is no such invitation", failure.getMessage());
                                    return false;
                                }))
                        .toList())
                .andFailFast());

        assertEquals(3, entered.stream().filter(one -> one).count());
        assertEquals(5, now(stage.rooms.get(owner, room)).members());
        assertEquals(List.of(), now(invites.list(owner, room)).items());
    }

    @Test
    void oneUserWhoAcceptsAtTheSameTimeUsesTheLinkOnce() {
        var made = now(invites.make(owner, room, null, 2L, null));

        now(Uni.join()
                .all(IntStream.range(0, 10)
                        .mapToObj(_ -> acceptance.accept(ben, made.token(), address))
                        .toList())
                .andFailFast());

        assertEquals(1, now(invites.list(owner, room)).items().getFirst().uses());
        assertEquals(3, now(stage.rooms.get(owner, room)).members());
    }

    @Test
    void whoOpensManyLinksHasToWait() {
        var token = token(owner);
        limits.take(What.INVITE, ben.key(), config.limits().invitesPerMinute());

        refused(RATE_LIMITED, acceptance.open(ben, token, address));
        refused(RATE_LIMITED, acceptance.accept(ben, token, address));

        now(acceptance.open(user("other"), token, address));
    }

    @Test
    void anAddressThatGuessesHasToWaitWhateverItsUsersAre() {
        var token = token(owner);
        for (int i = 0; i < config.limits().badInvitesPerMinute(); i++) {
            refused(NOT_FOUND, acceptance.open(user("guesser"), room + "." + "A".repeat(22), address));
        }

        refused(RATE_LIMITED, acceptance.accept(ben, token, address));
        refused(RATE_LIMITED, acceptance.open(ben, token, address));

        now(acceptance.accept(ben, token, UUID.randomUUID().toString()));
    }

    @Test
    void acceptingIsAJoin() {
        var token = token(owner);
        limits.take(What.JOIN, ben.key(), config.limits().joinsPerMinute());

        stage.refusedIn(room, RATE_LIMITED, () -> acceptance.accept(ben, token, address));
    }
}
