package dev.bincang.people;

import static dev.bincang.people.Cast.admin;
import static dev.bincang.people.Cast.id;
import static dev.bincang.people.Cast.now;
import static dev.bincang.people.Cast.refused;
import static dev.bincang.people.Cast.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Role;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users who report, or look at reports, where they may not. */
@QuarkusTest
class ReportAttacksTest {

    private static final RoomId NOWHERE = new RoomId("r.00000000000000000000000000000000");

    private final Actor owner = user("owner");
    private final Actor ana = user("ana");
    private final Actor ben = user("ben");
    private RoomId room;
    private Id message;

    @Inject
    Cast cast;

    @Inject
    Reports reports;

    @Inject
    BincangConfig config;

    @BeforeEach
    void aMessageOfAna() {
        room = cast.room(owner, "{'kind':'private'}");
        now(cast.members.add(owner, room, id(ana)));
        now(cast.members.add(owner, room, id(ben)));
        message = cast.send(ana, room, "buy this");
    }

    private String notFound(Actor by, RoomId where, Id target) {
        return refused(ErrorCode.NOT_FOUND, reports.report(by, where, target, "spam"))
                .getMessage();
    }

    @Test
    void aPrivateRoomLooksLikeAMissingOne() {
        var thief = user("thief");
        var missing = notFound(thief, NOWHERE, message);
        assertEquals(missing, notFound(thief, room, message));
        assertEquals(missing, notFound(thief, room, new Id(1, 1)));
        assertEquals(
                refused(ErrorCode.NOT_FOUND, reports.list(thief, NOWHERE, null, null, 1))
                        .getMessage(),
                refused(ErrorCode.NOT_FOUND, reports.list(thief, room, null, null, 1))
                        .getMessage());
        var id = now(reports.report(ben, room, message, "spam")).id();
        assertEquals(
                refused(ErrorCode.NOT_FOUND, reports.claim(thief, NOWHERE, id)).getMessage(),
                refused(ErrorCode.NOT_FOUND, reports.claim(thief, room, id)).getMessage());
    }

    @Test
    void aRemovedMemberReportsNothing() {
        now(cast.members.remove(owner, room, id(ben), ""));
        assertEquals(notFound(ben, NOWHERE, message), notFound(ben, room, message));
    }

    @Test
    void whoIsBannedFromAPublicRoomReportsNothing() {
        var lobby = cast.room(owner, "{}");
        var loud = cast.send(ana, lobby, "hi");
        now(cast.members.ban(owner, lobby, id(ben), Members.FOREVER, ""));
        refused(ErrorCode.FORBIDDEN, reports.report(ben, lobby, loud, "spam"));
    }

    @Test
    void aMessageIsReportedOnlyInItsRoomWhileItIsThere() {
        var other = cast.room(ben, "{}");
        var none = notFound(ben, other, message);
        assertEquals(none, notFound(ben, room, new Id(message.seq(), message.tag() ^ 1)));
        assertEquals(none, notFound(ben, room, Id.ZERO));
        var created = Id.parse(cast.events(owner, room).getFirst().path("id").asText());
        assertEquals(none, notFound(ben, room, created)); // no message

        now(cast.messages.delete(ana, room, message, null));
        notFound(ben, room, message);
        assertEquals(List.of(), now(reports.list(owner, room, null, null, 1)).items());
    }

    @Test
    void whatOneMayNotReadOneMayNotReport() {
        var late = cast.room(owner, "{'history':'joined'}");
        var early = cast.send(owner, late, "before");
        var visitor = user("visitor");
        assertEquals(notFound(ben, late, new Id(1, 1)), notFound(ben, late, early));
        assertEquals(notFound(ben, late, early), notFound(visitor, late, early));

        now(cast.members.add(ben, late, id(ben)));
        notFound(ben, late, early);
        now(reports.report(ben, late, cast.send(owner, late, "after"), "spam"));
        now(reports.report(admin(), late, early, "spam"));
    }

    @Test
    void logsOfTheServerHaveNothingToReport() {
        for (var log : List.of(RoomId.AUDIT, RoomId.REPORTS, RoomId.inbox(ben.key()))) {
            notFound(ben, log, message);
            notFound(admin(), log, message);
        }
        for (var log : List.of(RoomId.AUDIT, RoomId.REPORTS)) {
            refused(ErrorCode.NOT_FOUND, reports.list(ben, log, null, null, 1));
        }
    }

    @Test
    void nobodyReportsThemselves() {
        refused(ErrorCode.FORBIDDEN, reports.report(ana, room, message, "spam"));
    }

    @Test
    void aReasonAndAnOutcomeAreOneShortLine() {
        for (var wrong : List.of("", "  ", "a\nb", "a\u202eb", "x".repeat(501))) {
            refused(ErrorCode.BAD_REQUEST, reports.report(ben, room, message, wrong));
        }
        var id = now(reports.report(ben, room, message, "x".repeat(500))).id();
        for (var wrong : List.of("", "x".repeat(501))) {
            refused(ErrorCode.BAD_REQUEST, reports.resolve(owner, room, id, wrong));
        }
        refused(ErrorCode.BAD_REQUEST, reports.claim(owner, room, "x"));
    }

    @Test
    void theAuthorNeitherSeesNorHandlesAReportEvenAsAModerator() {
        now(cast.members.role(owner, room, id(ana), Role.MODERATOR));
        var id = now(reports.report(ben, room, message, "spam")).id();
        var missing = "A" + id.substring(1, 15) + "-";

        assertEquals(List.of(), now(reports.list(ana, room, null, null, 50)).items());
        assertEquals(
                refused(ErrorCode.NOT_FOUND, reports.claim(ana, room, missing)).getMessage(),
                refused(ErrorCode.NOT_FOUND, reports.claim(ana, room, id)).getMessage());
        refused(ErrorCode.NOT_FOUND, reports.resolve(ana, room, id, "never mind"));
        assertTrue(cast.events(ana, room).stream()
                .noneMatch(event -> event.toString().contains("spam")));
        assertEquals(1, now(reports.list(owner, room, null, null, 50)).items().size());
    }

    @Test
    void membersSeeAndHandleNothing() {
        var id = now(reports.report(ben, room, message, "spam")).id();
        refused(ErrorCode.FORBIDDEN, reports.list(ben, room, null, null, 1));
        refused(ErrorCode.FORBIDDEN, reports.claim(ben, room, id));
        refused(ErrorCode.FORBIDDEN, reports.resolve(ben, room, id, "done"));
    }

    @Test
    void theModeratorsOfOneRoomSeeNoneOfAnother() {
        var id = now(reports.report(ben, room, message, "spam")).id();
        var other = cast.room(ben, "{}");
        assertEquals(List.of(), now(reports.list(ben, other, null, null, 50)).items());
        refused(ErrorCode.NOT_FOUND, reports.claim(ben, other, id));
    }

    @Test
    void aFloodOfReportsIsStopped() {
        for (int i = 0; i < config.limits().reportsPerMinute(); i++) {
            now(reports.report(ben, room, message, "again"));
        }
        var refusal = refused(ErrorCode.RATE_LIMITED, reports.report(ben, room, message, "again"));
        assertNotNull(refusal.problem().retryAfterMs());
        assertEquals(1, now(reports.list(owner, room, null, null, 50)).items().size());
        now(reports.report(owner, room, message, "others may still report"));
    }
}
