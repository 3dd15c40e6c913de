package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdTest {

    @Test
    void anIdIsPrintedAsItWasRead() {
        for (var text : List.of("0-0", "1-0", "121-3133", "9007199254740991-4294967295")) {
            assertEquals(text, Id.parse(text).toString());
        }
    }

    @Test
    void seqAndTagAreTheTwoNumbers() {
        assertEquals(new Id(121, 3133), Id.parse("121-3133"));
        assertEquals(Id.ZERO, Id.parse("0-0"));
    }

    @Test
    void theSameSeqWithAnotherTagIsAnotherEvent() {
        assertNotEquals(Id.parse("121-3133"), Id.parse("121-3134"));
    }

    @Test
    void anyOtherFormIsRefused() {
        var wrong = List.of(
                "", "-", "1", "1-", "-1", "1-2-3", "01-1", "1-01", "00-0", "+1-1", "1--1", " 1-1", "1-1 ", "1-1\n",
                "1 -1", "a-1", "1-a", "0x1-1", "1.0-1", "1e3-1", "١-١", "1-*", "$", "(1-1");
        for (var text : wrong) {
            assertThrows(IllegalArgumentException.class, () -> Id.parse(text), text);
        }
    }

    @Test
    void numbersOutOfRangeAreRefusedAndNotTruncated() {
        var wrong = List.of(
                "9007199254740992-1",
                "1-4294967296",
                "18446744073709551617-1",
                "1-18446744073709551617",
                "1".repeat(1000) + "-1",
                "1-" + "1".repeat(1000));
        for (var text : wrong) {
            assertThrows(IllegalArgumentException.class, () -> Id.parse(text), text);
        }
    }
}
