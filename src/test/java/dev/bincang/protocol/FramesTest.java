package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Splits an array of frames without parsing the frames. */
class FramesTest {

    @Test
    void framesAreKeptUnchanged() throws Codec.BadFrame {
        assertEquals(
                List.of("{ \"type\":\"ping\", \"req\":1 }", "[1,[2]]", "\"a\\u00e9\ud83d\ude00,]\"", "-1.50", "null"),
                Codec.frames(
                        " [ { \"type\":\"ping\", \"req\":1 } ,[1,[2]], \"a\\u00e9\ud83d\ude00,]\" ,-1.50,null\n] ", 5));
        assertEquals(List.of(), Codec.frames("[]", 5));
        assertEquals(List.of("{\"a\":1}"), Codec.frames("{\"a\":1}", 5));
    }

    @Test
    void readingStopsAtTheMaximum() {
        var tooMany = assertThrows(Refusal.class, () -> Codec.frames("[1,2,3,what follows is not looked at", 2));
        assertEquals(ErrorCode.TOO_LARGE, tooMany.code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[", "[1", "[1,", "[1,]", "[1]2", "[1]]", "[\"a]", "[{\"a\":]", "[1 2]", "[[[[[[[[[[[[[[[[[1"})
    void aTextThatIsNoArrayIsRefused(String text) {
        assertThrows(Codec.BadFrame.class, () -> Codec.frames(text, 5));
    }
}
