package dev.bincang.log;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sweep removes beside events: idempotency keys, visitors, and bans that have ended. */
@QuarkusTest
class SweepTest {

    private final RoomId room = new RoomId("sweep-" + UUID.randomUUID());

    @Inject
    Keys keys;

    @Inject
    Sweep sweep;

    @Inject
    RoomLog log;

    @Inject
    BincangConfig config;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void redisIsReady() {
        await().until(links::up);
    }

    private void append() {
        RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "", "")));
    }

    @Test
    void idempotencyKeysAreForgottenAfterTheirTimeAndTheTurnOfTheNext() {
        RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "digest", "hsh")));
        var hash = redis.hash(String.class);
        var of = keys.of(room);
        var first = of.keys(hash.hlen(of.keys(0)) > 1 ? 0 : 1);
        var second = of.keys(first.equals(of.keys(0)) ? 1 : 0);
        var time = config.keys().time().toMillis();
        var now = System.currentTimeMillis();

        hash.hset(first, "", Long.toString(now - time - 1));
        RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "next", "hsh")));
        assertEquals(2, hash.hlen(second), "the turn of the other hash");
        RoomLogTest.now(sweep.room(room));
        assertEquals(2, hash.hlen(first), "its keys are younger than the turn");

        hash.hset(second, "", Long.toString(now - time));
        RoomLogTest.now(sweep.room(room));
        assertEquals(1, hash.hlen(first));
        assertEquals(2, hash.hlen(second));
    }

    @Test
    void aTurnThatIsOverGoesOnUntilTheOtherHashIsEmpty() {
        var hash = redis.hash(String.class);
        var of = keys.of(room);
        var now = System.currentTimeMillis();
        append();
        hash.hset(
                of.keys(0), Map.of("", Long.toString(now - config.keys().time().toMillis()), "digest", "value"));
        hash.hset(
                of.keys(1),
                Map.of("", Long.toString(now - 1 - config.keys().time().toMillis()), "older", "value"));

        RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "next", "hsh")));
        assertEquals(3, hash.hlen(of.keys(0)));

        RoomLogTest.now(sweep.room(room));
        assertEquals(1, hash.hlen(of.keys(1)));
        RoomLogTest.now(Drafts.append(log, room, Drafts.draft(room, "hi", "last", "hsh")));
        assertEquals(2, hash.hlen(of.keys(1)));
    }

    /** Each call of the script removes a few: a sweep must not need more stack for more calls. */
    @Test
    void aSweepMayTakeThousandsOfSteps() {
        append();
        for (int part = 0; part < 700; part++) {
            redis.execute(
                    "EVAL",
                    "for i = 1, 5000 do redis.call('HSET', KEYS[1], ARGV[1] .. ' ' .. i, '') end",
                    "1",
                    keys.of(room).keys(1),
                    Integer.toString(part));
        }
        redis.hash(String.class).hset(keys.of(room).keys(0), "", "1");

        sweep.room(room).await().atMost(Duration.ofMinutes(5));

        assertEquals(1, redis.hash(String.class).hlen(keys.of(room).keys(1)));
    }

    @Test
    void visitorsAreForgottenAndMembersAreNot() {
        append();
        var members = keys.of(room).members();
        var old = System.currentTimeMillis() - Duration.ofHours(2).toMillis();
        redis.hash(String.class)
                .hset(
                        members,
                        Map.of(
                                "visitor", "- - %d 1.000 9".formatted(old),
                                "fresh", "- - %d 1.000 9".formatted(System.currentTimeMillis()),
                                "member", "member 1-1 %d 1.000 9".formatted(old),
                                "muted", "- - %d 1.000 9 0 9007199254740991 ana ".formatted(old)));

        RoomLogTest.now(sweep.room(room));

        assertEquals(
                Set.of("", "fresh", "member", "muted"),
                redis.hash(String.class).hgetall(members).keySet());
    }

    @Test
    void aBanThatHasEndedIsRemoved() {
        append();
        var of = keys.of(room);
        var hash = redis.hash(String.class);
        hash.hset(
                of.members(),
                Map.of(
                        "ended",
                        "- - 0 0 0 9 0 ana noise",
                        "member",
                        "member 1-1 0 0 0 0 9 ana ",
                        "banned",
                        "- - 0 0 0 9007199254740991 0 ana "));
        hash.hset(of.room(), Map.of("members", "1", "barred", "3"));
        redis.execute("ZADD", of.index(), "0", "bended", "0", "bmember", "0", "bbanned");

        RoomLogTest.now(sweep.room(room));

        assertEquals("1", hash.hget(of.room(), "barred"));
        assertEquals(Set.of("", "member", "banned"), hash.hgetall(of.members()).keySet());
        assertEquals("member 1-1 0 0.000 0", hash.hget(of.members(), "member"));
        assertEquals(List.of("", "bbanned"), redis.sortedSet(String.class).zrange(of.index(), 0, -1));
    }
}
