package dev.bincang.people;

import static dev.bincang.people.Cast.admin;
import static dev.bincang.people.Cast.id;
import static dev.bincang.people.Cast.now;
import static dev.bincang.people.Cast.refused;
import static dev.bincang.people.Cast.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.BincangConfig;
import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.message.history.RoomHistory;
import dev.bincang.people.report.ReportState;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Role;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may report what, and what becomes of a report. {@link ReportAttacksTest} has those who may not. */
@QuarkusTest
class ReportsTest {

    private final Actor owner = user("owner");
    private final Actor mod = user("mod");
    private final Actor ana = user("ana");
    private final Actor ben = user("ben");
    private final Actor admin = admin();
    private RoomId room;
    private Id message;

    @Inject
    Cast cast;

    @Inject
    Reports reports;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    @Inject
    BincangConfig config;

    @BeforeEach
    void aMessageOfAna() {
        room = cast.room(owner, "{'kind':'private'}");
        for (var member : List.of(mod, ana, ben)) {
            now(cast.members.add(owner, room, id(member)));
        }
        now(cast.members.role(owner, room, id(mod), Role.MODERATOR));
        message = cast.send(ana, room, "buy \u2028 \"this\"\n,\"deleted\":");
    }

    private List<Report> listed(Actor by, @Nullable ReportState state) {
        return now(reports.list(by, room, state, null, 50)).items();
    }

    private String report(Actor by) {
        return now(reports.report(by, room, message, "spam")).id();
    }

    @Test
    void moderatorsSeeAReportWithACopyThatOutlivesTheMessage() {
        var before = System.currentTimeMillis();
        var id = report(ben);
        now(cast.messages.edit(ana, room, message, Content.of("innocent"), null));
        now(cast.messages.delete(ana, room, message, null));

        for (var reader : List.of(mod, owner, admin)) {
            var report = listed(reader, null).getFirst();
            assertEquals(id, report.id());
            assertEquals(ReportState.OPEN, report.state());
            assertEquals(ben.user(), report.by());
            assertEquals("spam", report.reason());
            assertTrue(report.time() >= before - 1000, "the time of Redis");
            assertNull(report.handler());
            assertNull(report.outcome());
            var copy = Cast.json(report.message());
            assertEquals("message", copy.path("type").asText());
            assertEquals(room.value(), copy.path("room").asText());
            assertEquals(message.toString(), copy.path("id").asText());
            assertEquals(id(ana), copy.at("/from/id").asText());
            assertEquals("buy \u2028 \"this\"\n,\"deleted\":", copy.path("text").asText());
            assertTrue(copy.path("time").asLong() > 0);
        }
    }

    @Test
    void anEditedMessageIsCopiedWithItsTextNow() {
        now(cast.messages.edit(ana, room, message, Content.of("worse"), null));
        report(ben);
        assertEquals(
                "worse",
                Cast.json(listed(mod, null).getFirst().message()).path("text").asText());
    }

    @Test
    void oneUserReportsAMessageOnce() {
        var first = now(reports.report(ben, room, message, "spam"));
        var head = lastForAdmins();
        var again = now(reports.report(ben, room, message, "other words"));

        assertFalse(first.duplicate());
        assertTrue(again.duplicate());
        assertEquals(first.id(), again.id());
        assertNotEquals(first.id(), report(mod));
        assertEquals(
                List.of("spam", "spam"),
                listed(mod, null).stream().map(Report::reason).toList());
        now(cast.messages.delete(ana, room, message, null));
        assertTrue(now(reports.report(ben, room, message, "spam")).duplicate());
        assertEquals(head.path("seq").asLong() + 1, lastForAdmins().path("seq").asLong());
    }

    private JsonNode lastForAdmins() {
        return cast.events(admin, RoomId.REPORTS).getLast();
    }

    @Test
    void adminsReadAllReportsInOneRoom() {
        report(ben);
        var told = lastForAdmins();
        assertEquals("reported", told.path("type").asText());
        assertEquals("r.reports", told.path("room").asText());
        assertEquals(id(ben), told.at("/by/id").asText());
        assertEquals("spam", told.path("reason").asText());
        assertEquals(Cast.json(listed(mod, null).getFirst().message()), told.path("message"));

        refused(ErrorCode.NOT_FOUND, cast.history.page(owner, RoomId.REPORTS, RoomHistory.Query.newest(1)));
        refused(ErrorCode.NOT_FOUND, cast.messages.send(admin, RoomId.REPORTS, Content.of("hi"), Place.ROOM, null));
        refused(ErrorCode.NOT_FOUND, cast.rooms.get(owner, RoomId.REPORTS));
    }

    @Test
    void aReportIsClaimedAndResolvedOnce() {
        var id = report(ben);
        now(reports.claim(mod, room, id));
        now(reports.claim(mod, room, id)); // it is theirs already
        refused(ErrorCode.CONFLICT, reports.claim(owner, room, id));
        var claimed = listed(owner, ReportState.CLAIMED).getFirst();
        assertEquals(mod.user(), claimed.handler());
        assertNull(claimed.outcome());
        assertEquals(ben.user(), claimed.by());
        assertEquals(List.of(), listed(owner, ReportState.OPEN));

        now(reports.resolve(owner, room, id, "deleted it"));
        now(reports.resolve(owner, room, id, "deleted it"));
        refused(ErrorCode.CONFLICT, reports.resolve(owner, room, id, "did nothing"));
        refused(ErrorCode.CONFLICT, reports.resolve(mod, room, id, "deleted it"));
        refused(ErrorCode.CONFLICT, reports.claim(mod, room, id));
        var resolved = listed(mod, ReportState.RESOLVED).getFirst();
        assertEquals(owner.user(), resolved.handler());
        assertEquals("deleted it", resolved.outcome());
        assertEquals(claimed.message(), resolved.message());
        assertEquals(claimed.time(), resolved.time());
        assertEquals(List.of(), listed(mod, ReportState.CLAIMED));
        assertEquals(1, listed(mod, null).size());
    }

    @Test
    void resolvingIsInTheAuditTrailOnce() {
        var id = report(ben);
        now(reports.resolve(mod, room, id, "warned"));
        now(reports.resolve(mod, room, id, "warned"));

        var entries = cast.events(admin, RoomId.AUDIT).stream()
                .filter(event -> event.path("about").asText().equals(room.value()))
                .filter(event -> event.path("action").asText().equals("report_resolved"))
                .toList();
        assertEquals(1, entries.size());
        assertEquals(id(mod), entries.getFirst().at("/by/id").asText());
        assertEquals(id(ana), entries.getFirst().path("user").asText());
        assertEquals(message.toString(), entries.getFirst().path("target").asText());
        assertEquals("warned", entries.getFirst().path("reason").asText());
    }

    @Test
    void aListHasTheOpenOnesFirstAndPages() {
        var first = report(ben);
        message = cast.send(ana, room, "two");
        var second = report(ben);
        message = cast.send(ana, room, "three");
        var third = report(ben);
        now(reports.resolve(mod, room, first, "done"));
        now(reports.claim(mod, room, second));

        assertEquals(
                List.of(third, second, first),
                listed(mod, null).stream().map(Report::id).toList());
        var page = now(reports.list(mod, room, null, null, 2));
        assertEquals(
                List.of(third, second), page.items().stream().map(Report::id).toList());
        var rest = now(reports.list(mod, room, null, page.next(), 2));
        assertEquals(List.of(first), rest.items().stream().map(Report::id).toList());
        assertNull(rest.next());
        refused(ErrorCode.BAD_REQUEST, reports.list(mod, room, ReportState.OPEN, page.next(), 2));
        refused(ErrorCode.BAD_REQUEST, reports.list(mod, room, null, "3", 2));
    }

    @Test
    void aDeletedRoomLosesItsReports() {
        var id = report(ben);
        now(reports.claim(mod, room, id));
        assertTrue(redis.key().exists(keys.of(room).report(id)));

        now(cast.rooms.delete(owner, room, null));

        assertFalse(redis.key().exists(keys.of(room).report(id)));
        assertFalse(redis.key().exists(keys.of(room).reports()));
        refused(ErrorCode.NOT_FOUND, reports.list(mod, room, null, null, 1));
        refused(ErrorCode.NOT_FOUND, reports.report(ben, room, message, "spam"));
    }

    @Test
    void aReportExpires() {
        var id = report(ben);
        var keep = config.reports().keep().toMillis();
        redis.key().pexpire(keys.of(room).report(id), keep / 2);
        now(reports.claim(mod, room, id));
        assertTrue(redis.key().pttl(keys.of(room).report(id)) <= keep / 2, "a claim keeps no longer");

        now(reports.resolve(mod, room, id, "done"));
        var left = redis.key().pttl(keys.of(room).report(id));
        assertTrue(left > keep / 2 && left <= keep, left + " ms");

        redis.key().del(keys.of(room).report(id)); // as if its time was over
        assertEquals(List.of(), listed(mod, null));
        refused(ErrorCode.NOT_FOUND, reports.resolve(mod, room, id, "done"));
    }

    @Test
    void aMutedUserMayReportButABannedOneMayNot() {
        now(cast.members.mute(owner, room, id(ben), Members.FOREVER, ""));
        report(ben);
        now(cast.members.ban(owner, room, id(ben), Members.FOREVER, ""));
        refused(ErrorCode.NOT_FOUND, reports.report(ben, room, message, "spam"));
    }

    @Test
    void inADirectRoomOnlyAdminsHandleReports() {
        var direct = now(cast.rooms.direct(ana, id(ben))).id();
        var id = now(reports.report(ben, direct, cast.send(ana, direct, "psst"), "rude"))
                .id();

        refused(ErrorCode.FORBIDDEN, reports.list(ben, direct, null, null, 1));
        refused(ErrorCode.FORBIDDEN, reports.resolve(ana, direct, id, "never mind"));
        now(reports.resolve(admin, direct, id, "warned"));
        assertEquals(
                "warned",
                now(reports.list(admin, direct, null, null, 1))
                        .items()
                        .getFirst()
                        .outcome());
    }
}
