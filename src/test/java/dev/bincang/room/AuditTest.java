package dev.bincang.room;

import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.json;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.settings;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.BincangConfig;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.testing.history.StoredLog;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the audit trail says about each use of a right over others, and how long it keeps it. */
@QuarkusTest
class AuditTest {

    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
    private final Actor admin = Stage.admin();
    private RoomId room;

    @Inject
    Keys keys;

    @Inject
    Stage stage;

    @Inject
    RedisDataSource redis;

    @Inject
    BincangConfig config;

    @BeforeEach
    void aRoom() {
        room = stage.room(owner, "{'topic':'tea'}");
        now(stage.members.add(owner, room, id(ben)));
    }

    /** The newest entry is by the owner and says this (JSON with single quotes), besides the room and the author. */
    private void says(String rest) {
        var entry = (ObjectNode) Stage.bare(stage.last(admin, RoomId.AUDIT));
        assertEquals(id(owner), entry.path("by").path("id").asText());
        assertEquals(room.value(), entry.path("about").asText());
        assertEquals(json("{" + rest + "}"), entry.without(List.of("type", "room", "by", "about")));
    }

    private Id head() {
        return stage.head(RoomId.AUDIT);
    }

    @Test
    void aChangedRoomIsLoggedWithOldAndNewValues() {
        now(stage.rooms.change(
                owner, room, settings("{'keepMessages':1,'topic':'coffee','frozen':false,'slowModeSeconds':5}"), null));
        says("'action':'room_changed','from':{'topic':'tea','slowModeSeconds':0,'keepMessages':0},"
                + "'to':{'topic':'coffee','slowModeSeconds':5,'keepMessages':1}");

        now(stage.rooms.change(owner, room, settings("{'kind':'private','history':'joined','frozen':true}"), null));
        says("'action':'room_changed','from':{'kind':'public','frozen':false,'history':'all'},"
                + "'to':{'kind':'private','frozen':true,'history':'joined'}");

        now(stage.rooms.delete(owner, room, null));
        says("'action':'room_deleted','from':{'kind':'private','topic':'coffee','slowModeSeconds':5,'frozen':true,"
                + "'history':'joined','keepMessages':1}");
    }

    @Test
    void aChangeToTheSameValueIsNotLogged() {
        var before = head();

        stage.nothingNewIn(room, () -> stage.rooms.change(owner, room, settings("{'topic':'tea'}"), null));

        assertEquals(before, head());
    }

    @Test
    void theOldRoleOrSanctionIsLogged() {
        var until = System.currentTimeMillis() + 3_600_000;
        var user = "'user':'" + id(ben) + "'";
        now(stage.members.role(owner, room, id(ben), Role.MODERATOR));
        says("'action':'role'," + user + ",'from':{'role':'member'},'to':{'role':'moderator'}");

        now(stage.members.mute(owner, room, id(ben), until, ""));
        says("'action':'muted'," + user + ",'until':" + until);
        now(stage.members.mute(owner, room, id(ben), Members.FOREVER, "again"));
        says("'action':'muted'," + user + ",'reason':'again','from':{'muted':true,'until':" + until + "}");
        now(stage.members.unmute(owner, room, id(ben)));
        says("'action':'unmuted'," + user + ",'from':{'muted':true}");

        now(stage.members.ban(owner, room, id(ben), Members.FOREVER, ""));
        says("'action':'banned'," + user + ",'from':{'role':'moderator'}");
        now(stage.members.unban(owner, room, id(ben)));
        says("'action':'unbanned'," + user + ",'from':{'banned':true}");
    }

    @Test
    void revokingOnesOwnTokensIsNotLogged() {
        var before = head();

        now(stage.users.revoke(ben, id(ben), id(ben)));
        assertEquals(before, head());

        now(stage.users.revoke(admin, id(ben), id(ben)));
        assertEquals(before.seq() + 1, head().seq());
    }

    /** The trail is kept as long as it does not exceed its bound in bytes. */
    @Test
    void onlyTheAuditTrailIsNotTrimmedByCount() {
        var more = config.log().maxMessages() + 500;
        for (var log : List.of(RoomId.AUDIT, room)) {
            fill(log, more);
        }

        now(stage.users.revoke(admin, id(ben), id(ben)));
        stage.send(owner, room, "hi");

        assertTrue(length(RoomId.AUDIT) > more, length(RoomId.AUDIT) + " entries");
        assertTrue(length(room) < more, length(room) + " events");
    }

    private long length(RoomId log) {
        return redis.stream(String.class).xlen(keys.of(log).log());
    }

    private void fill(RoomId log, int count) {
        var command = StoredLog.messages(keys, log, count, Duration.ZERO, 2);
        redis.execute(command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));
    }
}
