package dev.bincang.room;

import static dev.bincang.protocol.ErrorCode.FORBIDDEN;
import static dev.bincang.protocol.ErrorCode.RATE_LIMITED;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.settings;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How fast and how much a user may post in a room. Redis' clock decides, and it may be set back. */
@QuarkusTest
class PostingTest {

    private static final Duration BACK = Duration.ofSeconds(30);

    private final Actor owner = user("owner");
    private final Actor ben = user("ben");
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
        room = stage.room(owner);
    }

    /** The state of {@code posting.lua}: when the user last posted, and what they owed then. */
    private void pace(Actor who, long at, double level, long bytes) {
        var was = state(who);
        var bars = was.length > 5 ? " " + was[5] : "";
        redis.hash(String.class)
                .hset(
                        keys.of(room).members(),
                        who.key(),
                        "%s %s %d %.3f %d%s".formatted(was[0], was[1], at, level, bytes, bars));
    }

    /** Role, since, at, level, bytes, and the rest about bans and mutes if there is any. */
    private String[] state(Actor who) {
        var state = redis.hash(String.class).hget(keys.of(room).members(), who.key());
        return (state == null ? "- - 0 0 0" : state).split(" ", 6);
    }

    private static long time() {
        return System.currentTimeMillis();
    }

    private Refusal tooFast(Actor who, String text) {
        return stage.refusedIn(
                room, RATE_LIMITED, () -> stage.messages.send(who, room, Content.of(text), Place.ROOM, null));
    }

    /** Acts at the limit. If the machine pauses before, the limit has passed; then this tries again. */
    private Refusal atTheLimit(double level, long bytes, Supplier<Uni<?>> deed) {
        var refused = new AtomicReference<Refusal>();
        await().until(() -> {
            pace(ben, time(), level, bytes);
            try {
                now(deed.get());
            } catch (Refusal refusal) {
                refused.set(refusal);
            }
            return refused.get() != null;
        });
        assertEquals(RATE_LIMITED, refused.get().code());
        return refused.get();
    }

    @Test
    void aUserAtTheLimitWaitsAsLongAsTheServerSays() {
        var burst = config.limits().commandBurst();
        var interval = 1000 / config.limits().commandsPerSecond();

        var wait = atTheLimit(burst, 0, () -> stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null))
                .problem()
                .retryAfterMs();

        assertTrue(wait != null && wait > 0 && wait <= interval, "after " + wait);
        pace(ben, time() - interval, burst, 0);
        stage.send(ben, room, "hi");
    }

    @Test
    void aClockThatIsSetBackDelaysNobody() {
        pace(ben, time() + BACK.toMillis(), config.limits().commandBurst(), bytesPerMinute());

        stage.send(ben, room, "hi");
        stage.send(ben, room, "again");
    }

    @Test
    void aClockThatIsSetBackDelaysNobodyInSlowMode() {
        now(stage.rooms.change(owner, room, settings("{'slowModeSeconds':3600}"), null));
        pace(ben, time() + BACK.toMillis(), 1, 0);

        stage.send(ben, room, "hi");

        var wait = tooFast(ben, "again").problem().retryAfterMs();
        assertTrue(wait != null && wait > 3_590_000 && wait <= 3_600_000, "after " + wait);
    }

    @Test
    void aWaitForSlowModeEndsWhenSlowModeEnds() {
        now(stage.rooms.change(owner, room, settings("{'slowModeSeconds':3600}"), null));
        stage.send(ben, room, "hi");
        tooFast(ben, "again");

        now(stage.rooms.change(owner, room, settings("{'slowModeSeconds':0}"), null));

        stage.send(ben, room, "again");
    }

    @Test
    void aUserWhoWasFastBeforeSlowModeWaitsForItOnce() {
        pace(ben, time() - 10_000, config.limits().commandBurst(), 0);
        now(stage.rooms.change(owner, room, settings("{'slowModeSeconds':60}"), null));

        var wait = tooFast(ben, "hi").problem().retryAfterMs();

        assertTrue(wait != null && wait <= 50_000, "after " + wait);
        pace(ben, time() - 60_000, config.limits().commandBurst(), 0);
        stage.send(ben, room, "hi");
    }

    /** A mute ends at a fixed time, whatever the user has posted. If the clock is set back, the mute lasts longer. */
    @Test
    void aMuteDoesNotDependOnThePace() {
        now(stage.members.mute(owner, room, id(ben), time() + BACK.toMillis(), ""));
        pace(ben, time() + BACK.toMillis(), 0, 0);

        stage.refusedIn(room, FORBIDDEN, () -> stage.messages.send(ben, room, Content.of("hi"), Place.ROOM, null));
    }

    @Test
    void slowModeOutlastsTheForgettingOfVisitors() {
        now(stage.rooms.change(owner, room, settings("{'slowModeSeconds':3600}"), null));
        stage.send(ben, room, "hi");
        pace(ben, time() - 120_000, 1, 0);

        stage.send(Stage.admin(), room, "a user whom the room has not seen yet");

        tooFast(ben, "again");
    }

    // ---- bytes

    private long bytesPerMinute() {
        return config.limits().bytesPerMinute().asLongValue();
    }

    @Test
    void aUserWhoHasSentAMinutesBytesMustWaitButCanDelete() {
        var mine = stage.send(ben, room, "one");

        var refusal = atTheLimit(
                0, bytesPerMinute(), () -> stage.messages.send(ben, room, Content.of("two"), Place.ROOM, null));

        assertEquals("too many bytes in a minute", refusal.getMessage());
        var wait = refusal.problem().retryAfterMs();
        assertTrue(wait != null && wait > 0 && wait < 1_000, "after " + wait);
        atTheLimit(0, bytesPerMinute(), () -> stage.messages.edit(ben, room, mine, Content.of("two"), null));
        now(stage.messages.delete(ben, room, mine, null));
        stage.send(owner, room, "another's bytes");
    }

    @Test
    void theBytesOfAMinuteAreFreeAgainAfterAMinute() {
        pace(ben, time() - 30_000, 0, bytesPerMinute());
        stage.send(ben, room, "hi");

        var owed = Long.parseLong(state(ben)[4]);
        assertTrue(owed > bytesPerMinute() * 0.4 && owed < bytesPerMinute() * 0.51, owed + " bytes");
    }

    @Test
    void largeMessagesAreLimitedInOneRoomAndInAllRooms() {
        var large = "\ud83d\ude80".repeat(4_000);
        var bytes = 0;
        var begun = System.nanoTime();
        Refusal refusal = null;
        for (int i = 0; refusal == null; i++) {
            var other = i % 2 == 0 ? room : stage.room(owner);
            try {
                now(stage.messages.send(ben, other, Content.of(large), Place.ROOM, null));
                bytes += 16_000;
            } catch (Refusal tooMuch) {
                refusal = tooMuch;
            }
        }

        assertEquals(RATE_LIMITED, refusal.code());
        var minutes = (System.nanoTime() - begun) / 60e9;
        assertTrue(
                bytes > bytesPerMinute() * 0.9 && bytes < bytesPerMinute() * (1.2 + minutes),
                bytes + " bytes went through");
    }
}
