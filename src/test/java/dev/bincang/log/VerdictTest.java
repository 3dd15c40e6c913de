package dev.bincang.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.protocol.Id;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logs are written as the ids of their entries; each follows the one before unless it says what it follows. */
class VerdictTest {

    // ---- the position is true

    @Test
    void whatStandsBehindThePositionFollows() {
        var page = page("4-d", log("2-b<1-a", "3-c", "4-d"), "1-a");

        assertNext(List.of("3-c", "4-d"), verdict("2-b", page));
    }

    @Test
    void nothingFollowsTheLastEntry() {
        assertNext(List.of(), verdict("4-d", page("4-d", log("4-d<3-c"), "1-a")));
    }

    @Test
    void theHeadIsTrueEvenWhenItsEntryWasTrimmed() {
        assertNext(List.of(), verdict("4-d", page("4-d", log(), null)));
    }

    @Test
    void thePositionBeforeTheFirstEventIsTrueInAnEmptyRoom() {
        assertNext(List.of(), verdict("0-0", page("0-0", log(), null)));
    }

    @Test
    void allFollowsThePositionBeforeTheFirstEvent() {
        assertNext(List.of("1-a", "2-b"), verdict("0-0", page("2-b", log("1-a<0-0", "2-b"), "1-a")));
    }

    @Test
    void aTrimmedPositionIsTrueIfTheFirstEntryNamesIt() {
        assertNext(List.of("3-c", "4-d"), verdict("2-b", page("4-d", log("3-c<2-b", "4-d"), "3-c")));
    }

    @Test
    void whatFollowsEndsAtAHole() {
        // 4 was erased; who stands at 3 then is told of it
        var page = page("6-f", log("2-b<1-a", "3-c", "5-e<4-d", "6-f"), "1-a");

        assertNext(List.of("3-c"), verdict("2-b", page));
    }

    // ---- events are gone

    @Test
    void aPositionOlderThanTheLogIsAGapUpToWhatTheFirstEntryNames() {
        var page = page("9-i", log("8-h<7-g", "9-i"), "8-h");

        assertGap(3, "7-g", List.of("8-h", "9-i"), verdict("2-b", page));
    }

    @Test
    void theBeginningOfATrimmedLogIsAGapToo() {
        assertGap(1, "7-g", List.of("8-h"), verdict("0-0", page("8-h", log("8-h<7-g"), "8-h")));
    }

    @Test
    void aLogTrimmedToNothingIsAGapUpToTheHead() {
        assertGap(3, "9-i", List.of(), verdict("2-b", page("9-i", log(), null)));
        assertGap(1, "9-i", List.of(), verdict("0-0", page("9-i", log(), null)));
    }

    @Test
    void aHoleRightBehindThePositionIsAGap() {
        var page = page("6-f", log("3-c<2-b", "5-e<4-d", "6-f"), "1-a");

        assertGap(4, "4-d", List.of("5-e", "6-f"), verdict("3-c", page));
    }

    @Test
    void aHoleRightBehindATrimmedPositionIsAGap() {
        var page = page("6-f", log("3-c<2-b", "6-f<5-e"), "3-c");

        assertNext(List.of("3-c"), verdict("2-b", page));
        assertGap(4, "5-e", List.of("6-f"), verdict("3-c", page("6-f", log("3-c<2-b", "6-f<5-e"), "3-c")));
    }

    @Test
    void whatFollowsAGapEndsAtTheNextHole() {
        var page = page("9-i", log("5-e<4-d", "6-f", "8-h<7-g", "9-i"), "5-e");

        assertGap(3, "4-d", List.of("5-e", "6-f"), verdict("2-b", page));
    }

    // ---- the position is of another history

    @Test
    void aRoomThatIsEmptyNowNeverHadThePosition() {
        assertReset(verdict("4-d", page("0-0", log(), null)));
    }

    @Test
    void aPositionBeyondTheEndWasRolledBack() {
        assertReset(verdict("6-f", page("4-d", log(), "1-a")));
    }

    @Test
    void aLogTrimmedToNothingHasAnotherHeadOrAnOlderOne() {
        assertReset(verdict("4-d", page("4-x", log(), null)));
        assertReset(verdict("4-d", page("3-c", log(), null)));
    }

    @Test
    void theSameSeqWithAnotherTagIsAnotherHistory() {
        // read from 4-d on: what is there instead has a smaller tag and is not among it …
        assertReset(verdict("4-d", page("5-y", log("5-y<4-a"), "1-a")));
        // … or a greater one and is the first of it
        assertReset(verdict("4-d", page("5-y", log("4-x<3-c", "5-y"), "1-a")));
    }

    @Test
    void anotherTagIsSeenWhereTheLogBeginsThere() {
        assertReset(verdict("4-d", page("5-y", log("4-x<3-c", "5-y"), "4-x")));
    }

    @Test
    void anotherTagIsSeenWhereTheLogBeginsRightBehind() {
        assertReset(verdict("4-d", page("5-y", log("5-y<4-a"), "5-y")));
    }

    @Test
    void aHeadOfTheSameSeqIsNotThePosition() {
        assertReset(verdict("4-d", page("4-x", log("4-x<3-c"), "1-a")));
        assertReset(verdict("4-d", page("4-a", log(), "1-a")));
    }

    @Test
    void aRoomFilledAgainToThePositionAndBeyondIsNotTheSame() {
        for (var head : List.of("3-z", "4-z", "9-z")) {
            var seq = id(head).seq();
            var entries = seq < 4 ? log() : log(seq == 4 ? "4-z<3-z" : "5-z<4-c");
            assertReset(verdict("4-d", page(head, entries, "1-z")));
        }
    }

    // ---- hand-made logs; a tag is a letter

    private static Verdict verdict(String position, Page page) {
        return Verdict.of(id(position), page);
    }

    private static Page page(String head, List<Entry> entries, String first) {
        return new Page(id(head), first == null ? null : id(first), entries);
    }

    private static List<Entry> log(String... entries) {
        var last = new Id[] {Id.ZERO};
        return Arrays.stream(entries)
                .map(text -> {
                    var parts = text.split("<", 2);
                    var id = id(parts[0]);
                    var entry = new Entry(id, parts.length > 1 ? id(parts[1]) : last[0], "message", "ana", new byte[0]);
                    last[0] = id;
                    return entry;
                })
                .toList();
    }

    private static Id id(String text) {
        var parts = text.split("-", 2);
        return new Id(Long.parseLong(parts[0]), parts[1].equals("0") ? 0 : parts[1].charAt(0));
    }

    private static void assertNext(List<String> expected, Verdict verdict) {
        assertEquals(Verdict.Next.class, verdict.getClass(), verdict::toString);
        assertEquals(ids(expected), idsOf(((Verdict.Next) verdict).next()));
    }

    private static void assertGap(long fromSeq, String to, List<String> expected, Verdict verdict) {
        assertEquals(Verdict.Gap.class, verdict.getClass(), verdict::toString);
        var gap = (Verdict.Gap) verdict;
        assertEquals(fromSeq, gap.fromSeq());
        assertEquals(id(to), gap.to());
        assertEquals(ids(expected), idsOf(gap.next()));
    }

    private static void assertReset(Verdict verdict) {
        assertEquals(new Verdict.Reset(), verdict);
    }

    private static List<Id> ids(List<String> texts) {
        return texts.stream().map(VerdictTest::id).toList();
    }

    private static List<Id> idsOf(List<Entry> entries) {
        return entries.stream().map(Entry::id).toList();
    }
}
