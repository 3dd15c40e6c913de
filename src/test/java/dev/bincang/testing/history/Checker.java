package dev.bincang.testing.history;

import dev.bincang.testing.history.Recording.Sent;
import dev.bincang.testing.history.Recording.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/**
 * Compares what the clients of one room sent and saw with Redis' log. It checks these rules:
 *
 * <ul>
 *   <li>An acknowledged message is in the log once, with the acknowledged id and text.
 *   <li>Every client in the room received every event of the log, unless a gap says otherwise.
 *   <li>No id comes twice on a connection.
 *   <li>Each event follows its predecessor in the log, or comes after a true gap or reset. All clients are compared with
 *       the same log, so all saw one order.
 *   <li>The messages of each sender are in the log in the order of sending.
 *   <li>A gap, a reset, a refusal or a lost connection occurs only if the fault excuses it.
 * </ul>
 */
public final class Checker {

    /** What a fault excuses. */
    public enum Allow {
        GAPS,
        RESETS,
        /** As RESETS, but what was acknowledged must still be there. */
        UNACKNOWLEDGED_RESETS,
        REFUSALS,
        RECONNECTS
    }

    private final Truth truth;
    private final Set<Allow> allowed;
    private final List<String> violations = new ArrayList<>();

    private Checker(Truth truth, Set<Allow> allowed) {
        this.truth = truth;
        this.allowed = allowed;
    }

    /** All violations; empty if there are none. */
    public static List<String> violations(Truth truth, Collection<Recording> recordings, Set<Allow> allowed) {
        var checker = new Checker(truth, allowed);
        checker.checkLog();
        recordings.forEach(checker::check);
        return checker.violations;
    }

    private void complain(String what) {
        violations.add(truth.room() + ": " + what);
    }

    private void checkLog() {
        var keys = new HashMap<String, String>();
        Truth.Entry before = null;
        for (var event : truth.log()) {
            if (before != null && (!event.prev().equals(before.id()) || event.seq() != before.seq() + 1)) {
                complain(
                        "the log has %s behind %s, but it follows %s".formatted(event.id(), before.id(), event.prev()));
            }
            before = event;
            var known = event.key() == null ? null : keys.put(event.author() + " " + event.key(), event.id());
            if (known != null) {
                complain("key %s of %s has two effects, %s and %s"
                        .formatted(event.key(), event.author(), known, event.id()));
            }
        }
        if (before != null && !before.id().equals(truth.head())) {
            complain("the head is %s, but the log ends in %s".formatted(truth.head(), before.id()));
        }
    }

    private void check(Recording recording) {
        var view = new View(truth, what -> complain("%s %s".formatted(recording.name(), what)));
        for (var step : recording.steps()) {
            if (concerns(step)) {
                view.take(step);
                excuse(recording, step);
            }
        }
        view.compareWithLog();
        var sent = recording.sent().stream()
                .filter(one -> one.room.equals(truth.room()))
                .toList();
        sent.forEach(one -> check(recording, one));
        checkOrder(recording, sent);
    }

    private boolean concerns(Step step) {
        return switch (step) {
            case Step.Opened _, Step.Refused _, Step.Closed _ -> true;
            case Step.Entered entered -> entered.room().equals(truth.room());
            case Step.Left left -> left.room().equals(truth.room());
            case Step.Pushed pushed -> pushed.room().equals(truth.room());
            case Step.Gap gap -> gap.room().equals(truth.room());
            case Step.Reset reset -> reset.room().equals(truth.room());
        };
    }

    private void excuse(Recording recording, Step step) {
        var needs = switch (step) {
            case Step.Gap _ -> Allow.GAPS;
            case Step.Reset _ -> Allow.RESETS;
            case Step.Refused _ -> Allow.REFUSALS;
            case Step.Closed _ -> Allow.RECONNECTS;
            case Step.Opened _, Step.Entered _, Step.Left _, Step.Pushed _ -> null;
        };
        var excused = needs == Allow.RESETS && allowed.contains(Allow.UNACKNOWLEDGED_RESETS);
        if (needs != null && !excused && !allowed.contains(needs)) {
            complain("%s saw %s, which nothing excuses".formatted(recording.name(), step));
        }
    }

    private void check(Recording recording, Sent sent) {
        if (!sent.acked()) {
            complain("%s never got an answer for %s".formatted(recording.name(), sent));
            return;
        }
        if (sent.duplicate && sent.attempts == 1) {
            complain("%s was told that the first try was a duplicate: %s".formatted(recording.name(), sent));
        }
        var event = truth.event(sent.id);
        if (event == null && !truth.trimmed(Truth.seq(sent.id))) {
            complain("%s was acknowledged what the log never had: %s".formatted(recording.name(), sent));
        } else if (event != null && (!event.text().equals(sent.text) || !sent.key.equals(event.key()))) {
            complain("%s was acknowledged %s, but the log has %s".formatted(recording.name(), sent, event));
        } else if (!truth.has(sent.id) && !truth.trimmed(Truth.seq(sent.id)) && !allowed.contains(Allow.RESETS)) {
            complain("%s was acknowledged what the log has no more: %s".formatted(recording.name(), sent));
        }
    }

    /**
     * A message that is sent after another was acknowledged, or after another in the same order, comes later in the
     * log.
     */
    private void checkOrder(Recording recording, List<Sent> all) {
        var kept = all.stream()
                .filter(sent -> sent.acked() && (truth.has(sent.id) || !allowed.contains(Allow.RESETS)))
                .sorted(Comparator.comparingLong(sent -> sent.firstAt))
                .toList();
        for (int i = 0; i < kept.size(); i++) {
            var later = kept.get(i);
            for (var earlier : kept.subList(0, i)) {
                var settled = earlier.ackedAt < later.firstAt || (earlier.attempts == 1 && earlier.refusal == null);
                if (settled && Truth.seq(earlier.id) >= Truth.seq(later.id)) {
                    complain("%s sent %s before %s".formatted(recording.name(), earlier, later));
                    return;
                }
            }
        }
    }
}
