package dev.bincang.testing.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Sent;
import dev.bincang.testing.history.Recording.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Gives the checker histories that are made by hand. It accepts the correct one and finds the fault in each other one.
 */
class CheckerTest {

    private static final String ROOM = "r";
    private static final Step OPENED = new Step.Opened();
    private static final Set<Allow> NOTHING = EnumSet.noneOf(Allow.class);

    private final Truth truth = new Truth(ROOM);
    private final Recording ana = new Recording("ana");

    /** Events 1 to 5, all by ana. The first {@code trimmed} are no longer in the log. */
    private void log(int trimmed) {
        var events = IntStream.rangeClosed(1, 5).mapToObj(CheckerTest::event).toList();
        truth.remember(events);
        truth.now(events.subList(trimmed, 5), "5-0");
    }

    private static Truth.Entry event(int seq) {
        return new Truth.Entry(seq + "-0", (seq - 1) + "-0", "ana", "text " + seq, "key" + seq);
    }

    /** Events 3 and 4 of a history that was lost, after event 2. */
    private void voidEvents() {
        truth.remember(List.of(
                new Truth.Entry("3-9", "2-0", "ana", "void 3", "key3"),
                new Truth.Entry("4-9", "3-9", "ana", "void 4", "key4")));
    }

    private static Step entered(String after) {
        return new Step.Entered(ROOM, after, "ok", "5-0");
    }

    private static Step pushed(int seq) {
        return new Step.Pushed(ROOM, seq + "-0", "ana", "text " + seq, "key" + seq);
    }

    private static Step pushedVoid(int seq) {
        return new Step.Pushed(ROOM, seq + "-9", "ana", "void " + seq, "key" + seq);
    }

    private static Step gap(long from, long to) {
        return new Step.Gap(ROOM, from, to);
    }

    private static Step reset(String from) {
        return new Step.Reset(ROOM, from, "5-0");
    }

    private void saw(Step... steps) {
        List.of(steps).forEach(ana::add);
    }

    private Sent sent(int seq) {
        var sent = new Sent(ROOM, "key" + seq, "text " + seq);
        sent.attempts = 1;
        sent.firstAt = ana.tick();
        sent.ackedAt = ana.tick();
        sent.id = seq + "-0";
        ana.add(sent);
        return sent;
    }

    private void passes(Set<Allow> allowed) {
        assertEquals(List.of(), Checker.violations(truth, List.of(ana), allowed));
    }

    private void fails(String because, Set<Allow> allowed) {
        var violations = Checker.violations(truth, List.of(ana), allowed);
        assertTrue(
                violations.stream().anyMatch(violation -> violation.contains(because)),
                "nobody complained of '" + because + "' but of " + violations);
    }

    @Test
    void aFlawlessHistoryPasses() {
        log(0);
        IntStream.rangeClosed(1, 5).forEach(this::sent);
        saw(OPENED, entered("0-0"), pushed(1), pushed(2), pushed(3), OPENED, entered("3-0"), pushed(4), pushed(5));
        passes(NOTHING);
    }

    @Test
    void aTrueGapAndATrueResetPassIfTheyAreExcused() {
        log(3);
        voidEvents();
        saw(OPENED, entered("0-0"), pushed(1), pushed(2), pushedVoid(3), pushedVoid(4), reset("2-0"));
        saw(gap(3, 3), pushed(4), pushed(5));
        passes(EnumSet.of(Allow.GAPS, Allow.RESETS));
        fails("which nothing excuses", EnumSet.of(Allow.GAPS));
        fails("which nothing excuses", EnumSet.of(Allow.RESETS));
    }

    @Test
    void anEventThatNeverCameIsReported() {
        log(0);
        saw(OPENED, entered("0-0"), pushed(1), pushed(2), pushed(3), pushed(4));
        fails("misses 1 events", NOTHING);
    }

    @Test
    void aSkippedEventIsReportedAtTheNextOne() {
        log(0);
        saw(OPENED, entered("0-0"), pushed(1), pushed(2), pushed(4), pushed(5));
        fails("got 4-0 behind 2-0, but it follows 3-0", NOTHING);
    }

    @Test
    void anEventSkippedAtAReconnectIsReported() {
        log(0);
        saw(OPENED, entered("0-0"), pushed(1), pushed(2), OPENED, entered("2-0"), pushed(4), pushed(5));
        fails("got 4-0 behind 2-0", NOTHING);
    }

    @Test
    void anIdMustNotComeTwice() {
        log(0);
        saw(OPENED, entered("2-0"), pushed(3), pushed(3), pushed(4), pushed(5));
        fails("got 3-0 twice", NOTHING);
    }

    @Test
    void aWrongOrderIsReported() {
        log(0);
        saw(OPENED, entered("2-0"), pushed(4), pushed(3), pushed(5));
        fails("got 4-0 behind 2-0", NOTHING);
    }

    @Test
    void anEventThatTheLogNeverHadIsReported() {
        log(0);
        saw(OPENED, entered("4-0"), pushed(5), pushed(6));
        fails("got 6-0, which the log never had", NOTHING);
    }

    @Test
    void aWrongTextIsReported() {
        log(0);
        saw(OPENED, entered("4-0"), new Step.Pushed(ROOM, "5-0", "ana", "forged", "key5"));
        fails("but the log has", NOTHING);
    }

    @Test
    void aRollbackWithoutAResetIsReported() {
        log(0);
        voidEvents();
        saw(OPENED, entered("2-0"), pushedVoid(3), pushed(4), pushed(5));
        fails("got 4-0 behind 3-9, but it follows 3-0", EnumSet.allOf(Allow.class));
        fails("keeps 1 events that are no more", EnumSet.allOf(Allow.class));
    }

    @Test
    void aFalseResetIsReported() {
        log(0);
        saw(OPENED, entered("2-0"), pushed(3), reset("2-0"), pushed(3), pushed(4), pushed(5));
        fails("though its position 3-0 is true", EnumSet.allOf(Allow.class));
    }

    @Test
    void aResetThatSkipsEventsIsReported() {
        log(0);
        voidEvents();
        saw(OPENED, entered("2-0"), pushedVoid(3), reset("3-0"), pushed(4), pushed(5));
        fails("was reset to 3-0, which did not lead to its position 3-9", EnumSet.allOf(Allow.class));
        fails("misses 1 events", EnumSet.allOf(Allow.class));
    }

    @Test
    void aGapOverEventsOfTheLogIsReported() {
        log(2);
        saw(OPENED, entered("0-0"), gap(1, 3), pushed(4), pushed(5));
        fails("but the log has 3-0", EnumSet.allOf(Allow.class));
    }

    @Test
    void aGapMustEndBeforeTheNextEvent() {
        log(3);
        saw(OPENED, entered("0-0"), gap(1, 2), pushed(4), pushed(5));
        fails("got 4-0 behind a gap to 2", EnumSet.allOf(Allow.class));
    }

    @Test
    void anAnnouncedGapMustCome() {
        log(3);
        saw(OPENED, new Step.Entered(ROOM, "0-0", "gap", "5-0"), pushed(4), pushed(5));
        fails("where a gap was announced", EnumSet.allOf(Allow.class));
    }

    @Test
    void anAcknowledgedMessageMustBeInTheLog() {
        log(0);
        sent(6);
        fails("was acknowledged what the log never had", NOTHING);
    }

    @Test
    void anAcknowledgedMessageMustStayInTheLog() {
        log(0);
        truth.remember(List.of(new Truth.Entry("3-9", "2-0", "ana", "text 3", "key3")));
        sent(3).id = "3-9";
        fails("was acknowledged what the log has no more", NOTHING);
        passes(EnumSet.of(Allow.RESETS));
    }

    @Test
    void anAcknowledgementMustBeOfTheMessageThatWasSent() {
        log(0);
        sent(3).id = "4-0";
        fails("but the log has", NOTHING);
    }

    @Test
    void aKeyMustNotHaveTwoEffects() {
        log(0);
        var twice = new Truth.Entry("6-0", "5-0", "ana", "text 5", "key5");
        truth.now(List.of(event(4), event(5), twice), "6-0");
        fails("key key5 of ana has two effects, 5-0 and 6-0", NOTHING);
    }

    @Test
    void aSendersOrderMustBeKept() {
        log(0);
        sent(3);
        sent(2);
        fails("before", NOTHING);
    }

    @Test
    void theLogItselfMustHaveNoHole() {
        truth.now(List.of(event(1), event(3)), "3-0");
        fails("the log has 3-0 behind 1-0", NOTHING);
    }

    @Test
    void theFirstTryMustNotBeADuplicate() {
        log(0);
        sent(3).duplicate = true;
        fails("the first try was a duplicate", NOTHING);
    }

    @Test
    void aMessageMustNotGoUnanswered() {
        log(0);
        sent(3).ackedAt = 0;
        fails("never got an answer", NOTHING);
    }
}
