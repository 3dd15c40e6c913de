package dev.bincang.people.profile;

import static dev.bincang.people.Cast.now;
import static dev.bincang.people.Cast.refused;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.people.Cast;
import dev.bincang.people.profile.Profiles.Profile;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is stored of users' names and pictures. */
@QuarkusTest
class ProfilesTest {

    private static final String PICTURE = "https://pictures.example/ana.png?size=64";

    private final User ana = new User("ana, " + UUID.randomUUID(), "Ana");
    private final User guest = new User("guest:" + UUID.randomUUID(), "Gus");

    @Inject
    Cast cast;

    @Inject
    Profiles profiles;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void redisIsThere() {
        cast.room(Cast.user("owner"), "{}");
    }

    private List<Profile> of(String... ids) {
        return now(profiles.of(List.of(ids))).users();
    }

    private void knows(Profile profile) {
        await().until(() -> of(profile.id()).equals(List.of(profile)));
    }

    @Test
    void aProfileIsStoredWhenItIsNewOrHasChanged() {
        assertEquals(List.of(), of(ana.id()));
        profiles.seen(ana, PICTURE);
        knows(new Profile(ana.id(), "Ana", PICTURE));

        redis.key().del(keys.profileOf(Keys.escape(ana.id())));
        profiles.seen(ana, PICTURE); // within a day, so it is not stored again
        profiles.seen(guest, null);
        knows(new Profile(guest.id(), "Gus", null));
        assertEquals(List.of(), of(ana.id()));

        profiles.seen(new User(ana.id(), "Anna"), null);
        knows(new Profile(ana.id(), "Anna", null));
    }

    @Test
    void theAnswerHasTheKnownOnesOnceInTheOrderOfTheQuestion() {
        profiles.seen(ana, null);
        profiles.seen(guest, null);
        knows(new Profile(ana.id(), "Ana", null));
        knows(new Profile(guest.id(), "Gus", null));

        assertEquals(
                List.of(guest.id(), ana.id()),
                of(guest.id(), "nobody-" + UUID.randomUUID(), ana.id(), guest.id()).stream()
                        .map(Profile::id)
                        .toList());
    }

    @Test
    void aProfileExpires() {
        profiles.seen(ana, null);
        profiles.seen(guest, null);
        knows(new Profile(ana.id(), "Ana", null));
        knows(new Profile(guest.id(), "Gus", null));

        assertTrue(days(ana) > 89 && days(ana) <= 90, days(ana) + " days");
        assertTrue(days(guest) > 29 && days(guest) <= 30, days(guest) + " days");
    }

    private double days(User user) {
        return redis.key().pttl(keys.profileOf(Keys.escape(user.id())))
                / (double) Duration.ofDays(1).toMillis();
    }

    @Test
    void aQuestionIsBounded() {
        refused(ErrorCode.BAD_REQUEST, profiles.of(List.of()));
        refused(ErrorCode.BAD_REQUEST, profiles.of(List.of("ana", "")));
        refused(ErrorCode.BAD_REQUEST, profiles.of(List.of("x".repeat(129))));
        var many = IntStream.range(0, 101).mapToObj(i -> "u" + i).collect(Collectors.toList());
        refused(ErrorCode.BAD_REQUEST, profiles.of(many));
        many.removeLast();
        assertEquals(List.of(), now(profiles.of(many)).users());
    }

    @Test
    void onlyAnHttpsUrlIsAPicture() {
        assertEquals(PICTURE, Profiles.picture(PICTURE));
        var full = "https://pictures.example/" + "x".repeat(475);
        assertEquals(full, Profiles.picture(full));
        assertNull(Profiles.picture(full + "x"));
        assertNull(Profiles.picture("http://pictures.example/ana.png"));
        assertNull(Profiles.picture("javascript:alert(1)"));
        assertNull(Profiles.picture("https:///ana.png"));
        assertNull(Profiles.picture("https://pictures.example/a b"));
        assertNull(Profiles.picture("https://pictures.example/\u0000"));
        assertNull(Profiles.picture(7));
        assertNull(Profiles.picture(null));
    }
}
