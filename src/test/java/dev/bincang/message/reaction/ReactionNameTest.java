package dev.bincang.message.reaction;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReactionNameTest {

    @Test
    void oneEmojiIsAName() {
        var family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66";
        var flag = "\ud83c\uddee\ud83c\udde9";
        var thumb = "\ud83d\udc4d\ud83c\udffd";
        for (var name : List.of("\ud83d\ude80", "\u2764\ufe0f", "\u2764", "1\ufe0f\u20e3", family, flag, thumb)) {
            assertNull(ReactionName.wrong(name), name);
        }
    }

    @Test
    void aWordIsAName() {
        for (var name : List.of("a", "1", "heart", "+1", "-1", "thumbs_up", "x".repeat(32))) {
            assertNull(ReactionName.wrong(name), name);
        }
    }

    @Test
    void anythingElseIsNone() {
        var two = "\ud83d\ude80\ud83d\ude80";
        var long65 = "\ud83d\udc68" + "\u200d\ud83d\udc69".repeat(9); // one cluster of 67 bytes
        for (var name :
                List.of("", " ", "Heart", "a b", "x".repeat(33), "é", "\u0000", "a:b", two, long65, "\ud83d", "#")) {
            assertNotNull(ReactionName.wrong(name), name);
        }
    }
}
