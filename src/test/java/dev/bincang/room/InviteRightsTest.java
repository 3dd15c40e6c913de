package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.BAD_REQUEST;
import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.NOT_FOUND;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.json;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.refused;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.BincangConfig;
import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.invite.Acceptance;
import dev.bincang.room.invite.Invites;
import dev.bincang.room.invite.Invites.Made;
import dev.bincang.room.lists.MemberLists.Member;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may manage a room's invitation links, which links there are, and what the audit trail says about them. */
@QuarkusTest
class InviteRightsTest {

    private final String address = UUID.randomUUID().toString();
    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
    private final Actor admin = Stage.admin();
    private RoomId room;

    @Inject
    Stage stage;

    @Inject
    Invites invites;

    @Inject
    Acceptance acceptance;

    @Inject
    BincangConfig config;

    @BeforeEach
    void aPrivateRoom() {
        room = stage.room(owner, "{'kind':'private'}");
    }

    private Made made(@Nullable Long uses) {
        return now(invites.make(owner, room, null, uses, null));
    }

    // ---- rights

    @Test
    void onlyThoseWhoMayInviteManageLinks() {
        for (var kind : List.of("public", "private")) {
            room = stage.room(owner, "{'kind':'" + kind + "'}");
            for (var role : Role.values()) {
                if (kind.equals("public") || role != Role.VISITOR) {
                    manages(stage.one(room, owner, role), Right.INVITE.isOf(role) ? null : FORBIDDEN);
                }
            }
        }
        manages(user("stranger"), NOT_FOUND);
        now(stage.members.ban(owner, room, id(ben), Members.FOREVER, ""));
        manages(ben, NOT_FOUND);
    }

    private void manages(Actor actor, @Nullable ErrorCode code) {
        var link = made(null);
        if (code == null) {
            assertEquals(id(actor), listedBy(actor, now(invites.make(actor, room, null, null, null))));
            now(invites.revoke(actor, room, link.id()));
        } else {
            stage.refusedIn(room, code, () -> invites.make(actor, room, null, null, null));
            refused(code, invites.list(actor, room));
            refused(code, invites.revoke(actor, room, link.id()));
            refused(code, invites.revoke(actor, room, "none"));
        }
    }

    private String listedBy(Actor actor, Made link) {
        return now(invites.list(actor, room)).items().stream()
                .filter(one -> one.id().equals(link.id()))
                .findFirst()
                .orElseThrow()
                .by();
    }

    @Test
    void someRoomsHaveNoLinks() {
        var direct = now(stage.rooms.direct(owner, id(ben))).id();
        refused(FORBIDDEN, invites.make(owner, direct, null, null, null));
        refused(FORBIDDEN, invites.make(admin, direct, null, null, null));
        for (var log : List.of(RoomId.inbox(owner.key()), RoomId.AUDIT, new RoomId("r.none"))) {
            refused(NOT_FOUND, invites.make(owner, log, null, null, null));
            refused(NOT_FOUND, invites.list(owner, log));
            refused(NOT_FOUND, invites.revoke(owner, log, "x"));
        }
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        var most = config.invites().maxAge().toSeconds();
        for (var seconds : List.of(-1L, 0L, most + 1, Long.MAX_VALUE)) {
            refused(BAD_REQUEST, invites.make(owner, room, seconds, null, null));
        }
        for (var uses : List.of(-1L, 0L, 1_001L, Long.MAX_VALUE)) {
            refused(BAD_REQUEST, invites.make(owner, room, null, uses, null));
        }
        for (var role : List.of(Role.VISITOR, Role.MODERATOR, Role.OWNER, Role.ADMIN)) {
            refused(BAD_REQUEST, invites.make(owner, room, null, null, role));
        }
        assertEquals(List.of(), now(invites.list(owner, room)).items());
        now(invites.make(owner, room, most, 1_000L, Role.MEMBER));
    }

    // ---- the audit trail

    @Test
    void makingAndRevokingIsRecorded() {
        var link = made(3L);
        says("'action':'invite_created','to':{'invite':'%s','expires':%d,'uses':3}", link);

        now(acceptance.accept(ben, link.token(), address));
        now(invites.revoke(owner, room, link.id()));
        says("'action':'invite_revoked','from':{'invite':'%s','expires':%d,'uses':2,'by':'" + id(owner) + "'}", link);
    }

    private void says(String rest, Made link) {
        var entry = (ObjectNode) Stage.bare(stage.last(admin, RoomId.AUDIT));
        assertEquals(room.value(), entry.path("about").asText());
        assertEquals(
                json("{" + rest.formatted(link.id(), link.expires()) + "}"),
                entry.without(List.of("type", "room", "by", "about")));
    }

    @Test
    void aLinkIsNoMembershipBeforeItIsAccepted() {
        var link = made(null);
        now(acceptance.open(ben, link.token(), address));

        assertEquals(
                List.of(new Member(id(owner), Role.OWNER)),
                now(stage.lists.members(owner, room, null, 50)).items());
        refused(NOT_FOUND, stage.history(ben, room, 1));
    }

    @Test
    void aMutedUserStaysMuted() {
        now(stage.members.mute(owner, room, id(ben), Members.FOREVER, "noise"));

        now(acceptance.accept(ben, made(null).token(), address));

        refused(FORBIDDEN, stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null));
        assertEquals(
                "noise",
                now(stage.lists.barred(owner, room, null, 50))
                        .items()
                        .getFirst()
                        .reason());
    }
}
