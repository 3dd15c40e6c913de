package dev.bincang.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected slots are those of {@code CLUSTER KEYSLOT} of Redis 7.0. */
class SlotTest {

    @ParameterizedTest
    @CsvSource({
        "123456789, 12739",
        "foo, 12182",
        "bincang:{0}:room:general, 13907",
        "bincang:{1023}:rooms, 14911",
        "{user1000}.following, 3443",
        "foo{}{bar}, 8363",
        "foo{{bar}}zap, 4015",
        "foo{bar}{zap}, 5061",
        "bincang:users:barred, 9457",
        "é, 10180"
    })
    void aSlotIsThatOfTheHashTag(String key, int slot) {
        assertEquals(slot, Slot.of(key));
    }
}
