package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.CONFLICT;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.RoomId;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The members of a room and their roles, and who may end a membership. */
@QuarkusTest
class MembershipTest {

    private static final long FOREVER = Members.FOREVER;

    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
    private RoomId room;

    @Inject
    Stage stage;

    @BeforeEach
    void aRoom() {
        room = stage.room(owner);
    }

    private Map<String, Role> members() {
        var all = new HashMap<String, Role>();
        now(stage.lists.members(owner, room, null, 200)).items().forEach(one -> all.put(one.user(), one.role()));
        return all;
    }

    private Role roleOf(Actor actor) {
        return now(stage.rooms.get(actor, room)).role();
    }

    /** The member event that follows: by whom, about whom, and its other fields (JSON with single quotes). */
    private void changes(Actor by, Actor who, String rest, Supplier<Uni<?>> deed) {
        changesOnce(by, who, rest, deed);
        stage.nothingNewIn(room, deed);
    }

    private void changesOnce(Actor by, Actor who, String rest, Supplier<Uni<?>> deed) {
        var event = "{'type':'member','room':'%s','by':{'id':'%s','name':'%s'},'user':'%s',%s}"
                .formatted(room, id(by), by.user().name(), id(who), rest);
        stage.oneEventIn(room, owner, event, deed);
    }

    // ---- each change is one event; a repeated change is none

    @Test
    void aUserWhoJoinsIsAMember() {
        changes(ben, ben, "'change':'added','role':'member'", () -> stage.members.add(ben, room, id(ben)));

        assertEquals(Map.of(id(owner), Role.OWNER, id(ben), Role.MEMBER), members());
        assertEquals(Role.MEMBER, roleOf(ben));
    }

    @Test
    void aUserWhoIsAddedIsAMember() {
        changes(owner, ben, "'change':'added','role':'member'", () -> stage.members.add(owner, room, id(ben)));

        assertEquals(Role.MEMBER, roleOf(ben));
    }

    @Test
    void aMemberWhoLeavesIsAVisitor() {
        now(stage.members.add(ben, room, id(ben)));

        changesOnce(ben, ben, "'change':'left'", () -> stage.members.remove(ben, room, id(ben), ""));

        assertEquals(Map.of(id(owner), Role.OWNER), members());
        assertEquals(Role.VISITOR, roleOf(ben));
    }

    @Test
    void anAdminWhoJoinedCanLeave() {
        var admin = Stage.admin();
        now(stage.members.add(admin, room, id(admin)));

        changes(admin, admin, "'change':'left'", () -> stage.members.remove(admin, room, id(admin), ""));

        assertEquals(Map.of(id(owner), Role.OWNER), members());
    }

    @Test
    void aMemberWhoIsRemovedIsAVisitor() {
        now(stage.members.add(owner, room, id(ben)));

        changes(
                owner,
                ben,
                "'change':'removed','reason':'noise'",
                () -> stage.members.remove(owner, room, id(ben), "noise"));

        assertEquals(Role.VISITOR, roleOf(ben));
    }

    @Test
    void aRoleCanBeGivenAndTakenAway() {
        now(stage.members.add(owner, room, id(ben)));

        changes(
                owner,
                ben,
                "'change':'role','role':'moderator'",
                () -> stage.members.role(owner, room, id(ben), Role.MODERATOR));
        assertEquals(Role.MODERATOR, roleOf(ben));

        changes(
                owner,
                ben,
                "'change':'role','role':'member'",
                () -> stage.members.role(owner, room, id(ben), Role.MEMBER));
        assertEquals(Role.MEMBER, roleOf(ben));
    }

    @Test
    void onlyMembersGetRolesAndOnlyRolesOfRooms() {
        stage.refusedIn(room, NOT_FOUND, () -> stage.members.role(owner, room, id(ben), Role.MODERATOR));
        for (var role : List.of(Role.ADMIN, Role.VISITOR)) {
            stage.refusedIn(room, ErrorCode.BAD_REQUEST, () -> stage.members.role(owner, room, id(ben), role));
        }
    }

    @Test
    void anInvalidUserIdIsRefusedAndTheFieldIsNamed() {
        for (var nobody : List.of("", " ", "x".repeat(129), "a\0b", "a\ud800")) {
            var refusal = stage.refusedIn(room, ErrorCode.BAD_REQUEST, () -> stage.members.add(owner, room, nobody));
            assertTrue(refusal.getMessage().startsWith("user: "), refusal.getMessage());
        }
        var longest = "|".repeat(127) + "\u00e9";
        now(stage.members.add(owner, room, longest));
        assertEquals(Role.MEMBER, members().get(longest));
    }

    @Test
    void namesAndReasonsHaveNoInvisibleCharacters() {
        for (var c : List.of("\u202e", "\u2066", "\u200b", "\ufeff")) {
            var text = "adm" + c + "in";
            for (Supplier<Uni<?>> deed : List.<Supplier<Uni<?>>>of(
                    () -> stage.rooms.change(owner, room, Stage.settings("{'name':'" + text + "'}"), null),
                    () -> stage.rooms.change(owner, room, Stage.settings("{'topic':'" + text + "'}"), null),
                    () -> stage.members.ban(owner, room, id(ben), FOREVER, text),
                    () -> stage.members.mute(owner, room, id(ben), FOREVER, text),
                    () -> stage.members.remove(owner, room, id(ben), text),
                    () -> stage.members.add(owner, room, text))) {
                stage.refusedIn(room, ErrorCode.BAD_REQUEST, deed);
            }
        }
    }

    // ---- rank

    @Test
    void nobodyCanActOnMembersOfTheSameOrAHigherRank() {
        var moderator = stage.one(room, owner, Role.MODERATOR);
        var other = stage.one(room, owner, Role.MODERATOR);
        var second = stage.one(room, owner, Role.OWNER);
        for (var pair : List.of(List.of(moderator, other), List.of(moderator, owner), List.of(second, owner))) {
            var by = pair.getFirst();
            var target = id(pair.getLast());
            for (Supplier<Uni<?>> deed : List.<Supplier<Uni<?>>>of(
                    () -> stage.members.remove(by, room, target, ""),
                    () -> stage.members.ban(by, room, target, FOREVER, ""),
                    () -> stage.members.mute(by, room, target, FOREVER, ""))) {
                stage.refusedIn(room, FORBIDDEN, deed);
            }
        }
        stage.refusedIn(room, FORBIDDEN, () -> stage.members.role(second, room, id(owner), Role.MEMBER));
        now(stage.members.remove(Stage.admin(), room, id(second), ""));
        assertEquals(Role.VISITOR, roleOf(second));
    }

    @Test
    void theLastOwnerCannotLeaveAndCannotBeDemoted() {
        stage.refusedIn(room, CONFLICT, () -> stage.members.remove(owner, room, id(owner), ""));
        stage.refusedIn(room, CONFLICT, () -> stage.members.role(owner, room, id(owner), Role.MEMBER));
        stage.refusedIn(room, CONFLICT, () -> stage.members.role(Stage.admin(), room, id(owner), Role.MEMBER));

        var second = stage.one(room, owner, Role.OWNER);
        now(stage.members.role(owner, room, id(owner), Role.MODERATOR));
        assertEquals(Role.MODERATOR, roleOf(owner));
        stage.refusedIn(room, CONFLICT, () -> stage.members.remove(second, room, id(second), ""));
        now(stage.members.role(second, room, id(owner), Role.OWNER));
        now(stage.members.remove(second, room, id(second), ""));
        stage.refusedIn(room, CONFLICT, () -> stage.members.remove(owner, room, id(owner), ""));
    }
}
