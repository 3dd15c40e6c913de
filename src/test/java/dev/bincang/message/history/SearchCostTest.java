package dev.bincang.message.history;

import static dev.bincang.message.history.Archive.now;
import static dev.bincang.message.history.Archive.user;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.OperatingSystemMXBean;
import dev.bincang.BincangConfig;
import dev.bincang.message.history.RoomSearch.Query;
import dev.bincang.protocol.RoomId;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Measures what a search costs that finds nothing. It logs the CPU time of the pod and of Redis for each search. */
@QuarkusTest
class SearchCostTest {

    private static final Logger LOG = Logger.getLogger(SearchCostTest.class);
    private static final int TIMES = 20;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @Inject
    Archive archive;

    @Inject
    BincangConfig config;

    @Inject
    RedisDataSource redis;

    @Test
    void oneSearchOfAsManyMessagesAsItMayLookAt() {
        var room = archive.room(user("ana"), "{'kind':'public'}");
        var most = config.search().messages();
        for (int i = 0; i < most; i++) {
            archive.say(
                    room,
                    user("ben"),
                    ("Message %d of many: ".formatted(i) + "what we said, écrit à la main. ".repeat(4))
                            .substring(0, 124));
        }
        search(room, most); // loads the classes and compiles them
        search(room, most);

        var pod = SYSTEM.getProcessCpuTime();
        var before = redisSeconds();
        search(room, most);
        LOG.infof(
                "a search of %d messages of 128 bytes: CPU %.1f ms of the pod, %.1f ms of Redis",
                most, (SYSTEM.getProcessCpuTime() - pod) / 1e6 / TIMES, (redisSeconds() - before) * 1e3 / TIMES);
    }

    private void search(RoomId room, int most) {
        var reader = user("eva");
        for (int i = 0; i < TIMES; i++) {
            var found =
                    now(archive.roomSearch.find(reader, room, new Query("needle", null, null, null, null, null, null)));
            assertEquals(most, found.searched());
        }
    }

    private double redisSeconds() {
        return redis.execute("INFO", "cpu")
                .toString()
                .lines()
                .filter(line -> line.matches("used_cpu_(user|sys):.*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .sum();
    }
}
