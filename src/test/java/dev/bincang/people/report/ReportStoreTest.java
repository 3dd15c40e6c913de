package dev.bincang.people.report;

import static dev.bincang.people.Cast.now;
import static dev.bincang.people.Cast.refused;
import static dev.bincang.people.Cast.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.bincang.SettingNames;
import dev.bincang.people.Cast;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.room.Actor;
import dev.bincang.room.Right;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bounds of the reports in one room: at most four, and two of one user that are not resolved. */
@QuarkusTest
class ReportStoreTest {

    private static final String JSON = "{\"by\":{\"id\":\"x\",\"name\":\"X\"},\"reason\":\"spam\"}";

    private final Actor owner = user("owner");
    private RoomId room;
    private int made;

    @Inject
    Cast cast;

    @Inject
    RedisCommands link;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    private ReportStore store;

    @BeforeEach
    void aRoom() {
        room = cast.room(owner, "{}");
        var config =
                SettingNames.config(Map.of("bincang.reports.max-per-room", "4", "bincang.reports.max-per-user", "2"));
        store = new ReportStore(link, keys, config);
    }

    /**
     * A report of a new message.
     *
     * @param user six characters
     */
    private Uni<String> report(String user) {
        var id = user + String.format("%010d", ++made);
        var by = new ReportStore.By(user, false, Right.REPORT.wire(), JSON);
        return store.add(room, cast.send(owner, room, "hi"), id, by).replaceWith(id);
    }

    private void resolve(String id) {
        var by = new ReportStore.By("boss", true, Right.SEE_REPORTS.wire(), JSON);
        now(store.handle(room, id, ReportState.RESOLVED, by));
    }

    private List<String> stored() {
        return now(store.page(room, null, null, 50)).reports().stream()
                .map(ReportStore.Stored::id)
                .toList();
    }

    @Test
    void oneUserCannotFillARoom() {
        var first = now(report("user-1"));
        var second = now(report("user-1"));
        refused(ErrorCode.LIMIT_REACHED, report("user-1"));
        now(report("user-2"));
        resolve(first);
        var fourth = now(report("user-1"));
        refused(ErrorCode.LIMIT_REACHED, report("user-1"));
        assertEquals(
                List.of(second, fourth),
                stored().stream()
                        .filter(id -> id.startsWith("user-1") && !id.equals(first))
                        .toList());
    }

    @Test
    void aFullRoomReplacesTheOldestResolvedReport() {
        var first = now(report("user-1"));
        var second = now(report("user-2"));
        var third = now(report("user-3"));
        var fourth = now(report("user-4"));
        refused(ErrorCode.LIMIT_REACHED, report("user-5"));
        assertEquals(List.of(first, second, third, fourth), stored());

        resolve(second);
        resolve(third);
        var fifth = now(report("user-5"));
        assertEquals(List.of(first, fourth, fifth, third), stored());
        assertFalse(redis.key().exists(keys.of(room).report(second)));
    }

    @Test
    void whatHasExpiredDoesNotCount() {
        var index = keys.of(room).reports();
        var old = System.currentTimeMillis() - Duration.ofDays(31).toMillis();
        for (int i = 0; i < 4; i++) {
            redis.sortedSet(String.class).zadd(index, 0, String.format("%d%015duser-1%010d", i % 3, old, i));
        }

        var id = now(report("user-1"));

        assertEquals(List.of(id), stored());
        assertEquals(1, redis.sortedSet(String.class).zcard(index));
    }
}
