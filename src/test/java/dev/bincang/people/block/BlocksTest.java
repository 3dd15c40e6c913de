package dev.bincang.people.block;

import static dev.bincang.people.Cast.now;
import static dev.bincang.people.Cast.refused;
import static dev.bincang.people.Cast.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.SettingNames;
import dev.bincang.people.Cast;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.redis.RedisCommands;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bounds of the stored blocks. */
@QuarkusTest
class BlocksTest {

    @Inject
    Cast cast;

    @Inject
    RedisCommands link;

    @Inject
    Links links;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    private Blocks blocks;

    @BeforeEach
    void twoAreAllowed() {
        cast.room(user("owner"), "{}"); // waits for Redis
        var config = SettingNames.config(Map.of("bincang.people.max-blocks", "2", "bincang.auth.guest-lifetime", "1h"));
        blocks = new Blocks(link, links, keys, config);
    }

    @Test
    void theNumberOfBlocksIsBounded() {
        var ana = user("ana").key();
        now(blocks.add(ana, "ben"));
        now(blocks.add(ana, "cleo"));

        refused(ErrorCode.LIMIT_REACHED, blocks.add(ana, "dora"));
        now(blocks.add(ana, "ben")); // it is there already
        assertEquals(Set.of("ben", "cleo"), now(blocks.of(ana)));

        now(blocks.remove(ana, "ben"));
        now(blocks.add(ana, "dora"));
        assertTrue(now(blocks.has(ana, "dora")));
        assertFalse(now(blocks.has(ana, "ben")));
        assertEquals(Set.of(), now(blocks.of("nobody-" + UUID.randomUUID())));
    }

    @Test
    void onlyAGuestsBlocksExpire() {
        var guest = Keys.escape("guest:" + UUID.randomUUID());
        var ana = user("ana").key();
        now(blocks.add(guest, "ben"));
        now(blocks.add(ana, "ben"));

        var left = redis.key().pttl(keys.blocksOf(guest));
        assertTrue(left > 0 && left <= 3_600_000, left + " ms");
        assertEquals(-1, redis.key().pttl(keys.blocksOf(ana)));
    }
}
