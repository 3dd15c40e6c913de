package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.CONFLICT;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.lists.MemberLists;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users who are banned or muted in a room, and for how long. */
@QuarkusTest
class ModerationTest {

    private static final long FOREVER = Members.FOREVER;
    private static final long SOON_MS = 300;
    private static final long HOUR_MS = 3_600_000;

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

    private List<MemberLists.Barred> barred() {
        return now(stage.lists.barred(owner, room, null, 200)).items();
    }

    private Role roleOf(Actor actor) {
        return now(stage.rooms.get(actor, room)).role();
    }

    private static long inAnHour() {
        return System.currentTimeMillis() + HOUR_MS;
    }

    private static long soon() {
        return System.currentTimeMillis() + SOON_MS;
    }

    /** Makes a ban or a mute end soon, and waits for its end. */
    private void ends(LongFunction<Uni<?>> deed) {
        var until = soon();
        now(deed.apply(until));
        await().until(() -> System.currentTimeMillis() > until);
    }

    /** The member event that follows: by whom, about whom, and its other fields (JSON with single quotes). */
    private void changes(Actor by, Actor who, String rest, Supplier<Uni<?>> deed) {
        var event = "{'type':'member','room':'%s','by':{'id':'%s','name':'%s'},'user':'%s',%s}"
                .formatted(room, id(by), by.user().name(), id(who), rest);
        stage.oneEventIn(room, owner, event, deed);
        stage.nothingNewIn(room, deed);
    }

    // ---- bans

    @Test
    void aBanEndsTheMembershipAndKeepsTheUserOut() {
        now(stage.members.add(owner, room, id(ben)));

        changes(
                owner,
                ben,
                "'change':'banned','reason':'again'",
                () -> stage.members.ban(owner, room, id(ben), FOREVER, "again"));

        assertEquals(Map.of(id(owner), Role.OWNER), members());
        assertEquals(List.of(new MemberLists.Barred(id(ben), FOREVER, 0, id(owner), "again")), barred());
        for (Supplier<Uni<?>> deed : List.<Supplier<Uni<?>>>of(
                () -> stage.history(ben, room, 1),
                () -> stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null),
                () -> stage.members.add(ben, room, id(ben)))) {
            assertEquals(
                    "banned from this room",
                    stage.refusedIn(room, FORBIDDEN, deed).getMessage());
        }
        stage.refusedIn(room, CONFLICT, () -> stage.members.add(owner, room, id(ben)));
    }

    @Test
    void anUnbannedUserCanEnterButIsNotAMember() {
        now(stage.members.add(owner, room, id(ben)));
        now(stage.members.ban(owner, room, id(ben), FOREVER, ""));

        changes(owner, ben, "'change':'unbanned'", () -> stage.members.unban(owner, room, id(ben)));

        assertEquals(List.of(), barred());
        assertEquals(Role.VISITOR, roleOf(ben));
        now(stage.members.add(ben, room, id(ben)));
        assertEquals(Role.MEMBER, roleOf(ben));
    }

    @Test
    void aBanEndsByItself() {
        var until = inAnHour();

        changes(
                owner,
                ben,
                "'change':'banned','until':" + until,
                () -> stage.members.ban(owner, room, id(ben), until, ""));

        refused(FORBIDDEN, stage.history(ben, room, 1));
        ends(end -> stage.members.ban(owner, room, id(ben), end, ""));
        stage.send(ben, room, "back");
        stage.nothingNewIn(room, () -> stage.members.unban(owner, room, id(ben)));
        now(stage.members.add(owner, room, id(ben)));
        assertEquals(Role.MEMBER, roleOf(ben));
    }

    @Test
    void aBanCanBeMadeLongerOrShorter() {
        now(stage.members.ban(owner, room, id(ben), FOREVER, ""));
        var until = inAnHour();

        changes(
                owner,
                ben,
                "'change':'banned','until':%d,'reason':'enough'".formatted(until),
                () -> stage.members.ban(owner, room, id(ben), until, "enough"));

        ends(end -> stage.members.ban(owner, room, id(ben), end, "enough"));
        assertEquals(Role.VISITOR, roleOf(ben));
    }

    @Test
    void aBannedUserCannotFindAPrivateRoom() {
        var secret = stage.room(owner, "{'kind':'private'}");
        now(stage.members.add(owner, secret, id(ben)));
        now(stage.members.ban(owner, secret, id(ben), FOREVER, ""));

        assertEquals(
                refused(NOT_FOUND, stage.rooms.get(ben, new RoomId("r.none"))).problem(),
                refused(NOT_FOUND, stage.rooms.get(ben, secret)).problem());
    }

    // ---- mutes

    @Test
    void aMutedUserCanReadButNotSendOrEdit() {
        now(stage.members.add(owner, room, id(ben)));
        var mine = stage.send(ben, room, "one");
        var another = stage.send(ben, room, "two");

        changes(
                owner,
                ben,
                "'change':'muted','reason':'hush'",
                () -> stage.members.mute(owner, room, id(ben), FOREVER, "hush"));

        assertEquals(List.of(new MemberLists.Barred(id(ben), 0, FOREVER, id(owner), "hush")), barred());
        for (Supplier<Uni<?>> deed : List.<Supplier<Uni<?>>>of(
                () -> stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null),
                () -> stage.messages.edit(ben, room, mine, Content.of("hi"), null))) {
            assertEquals(
                    "muted in this room", stage.refusedIn(room, FORBIDDEN, deed).getMessage());
        }
        assertEquals(
                another.toString(), stage.events(ben, room).get(3).path("id").asText());
        now(stage.messages.delete(ben, room, mine, null));
    }

    @Test
    void aMuteOutlivesAMembershipAndABan() {
        now(stage.members.add(ben, room, id(ben)));
        now(stage.members.mute(owner, room, id(ben), FOREVER, ""));
        now(stage.members.remove(ben, room, id(ben), ""));
        now(stage.members.add(ben, room, id(ben)));
        refused(FORBIDDEN, stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null));

        now(stage.members.ban(owner, room, id(ben), FOREVER, ""));
        now(stage.members.unban(owner, room, id(ben)));
        refused(FORBIDDEN, stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null));
    }

    @Test
    void anUnmutedUserCanSendAgain() {
        now(stage.members.mute(owner, room, id(ben), FOREVER, ""));

        changes(owner, ben, "'change':'unmuted'", () -> stage.members.unmute(owner, room, id(ben)));

        assertEquals(List.of(), barred());
        stage.send(ben, room, "hi");
    }

    @Test
    void aMuteEndsByItself() {
        var until = inAnHour();

        changes(
                owner,
                ben,
                "'change':'muted','until':" + until,
                () -> stage.members.mute(owner, room, id(ben), until, ""));

        var wait = refused(FORBIDDEN, stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null))
                .problem()
                .retryAfterMs();
        assertTrue(wait != null && wait > 0 && wait <= HOUR_MS, "retryAfterMs " + wait);
        ends(end -> stage.members.mute(owner, room, id(ben), end, ""));
        stage.send(ben, room, "hi");
        stage.nothingNewIn(room, () -> stage.members.unmute(owner, room, id(ben)));
    }

    @Test
    void nobodyCanBanOrMuteAKnownAdmin() {
        var admin = Stage.admin();
        stage.admins.seen(admin.key(), System.currentTimeMillis() + 60_000);
        await().until(() -> now(stage.admins.knows(admin.key())));

        for (var by : List.of(owner, Stage.admin())) {
            stage.refusedIn(room, FORBIDDEN, () -> stage.members.mute(by, room, id(admin), FOREVER, ""));
            stage.refusedIn(room, FORBIDDEN, () -> stage.members.ban(by, room, id(admin), FOREVER, ""));
        }
        assertEquals(List.of(), barred());
    }

    @Test
    void aUserWhoseAdminTokenHasExpiredIsNoAdmin() {
        var was = user("was");
        stage.admins.seen(was.key(), System.currentTimeMillis() - 1);
        assertFalse(now(stage.admins.knows(was.key())));

        now(stage.members.mute(owner, room, id(was), FOREVER, ""));

        refused(FORBIDDEN, stage.messages.send(was, room, Content.of("hi"), Place.ROOM, null));
    }

    // ---- rank

    @Test
    void nobodyCanEndTheirOwnMuteOrBan() {
        var moderator = stage.one(room, owner, Role.MODERATOR);
        now(stage.members.mute(owner, room, id(moderator), FOREVER, ""));

        for (Supplier<Uni<?>> deed : List.<Supplier<Uni<?>>>of(
                () -> stage.members.unmute(moderator, room, id(moderator)),
                () -> stage.members.mute(moderator, room, id(moderator), inAnHour(), ""),
                () -> stage.members.unban(moderator, room, id(moderator)),
                () -> stage.members.ban(moderator, room, id(moderator), FOREVER, ""))) {
            stage.refusedIn(room, FORBIDDEN, deed);
        }
        refused(FORBIDDEN, stage.messages.send(moderator, room, Content.of("hi"), Place.ROOM, null));
    }

    @Test
    void nobodyCanBanOrRemoveTheLastOwner() {
        stage.refusedIn(room, FORBIDDEN, () -> stage.members.ban(owner, room, id(owner), FOREVER, ""));
        var admin = Stage.admin();
        stage.refusedIn(room, CONFLICT, () -> stage.members.ban(admin, room, id(owner), FOREVER, ""));
        stage.refusedIn(room, CONFLICT, () -> stage.members.remove(admin, room, id(owner), ""));

        var second = stage.one(room, owner, Role.OWNER);
        now(stage.members.ban(admin, room, id(owner), FOREVER, ""));

        assertEquals(Role.OWNER, now(stage.rooms.get(second, room)).role());
    }
}
