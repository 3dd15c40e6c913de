package dev.bincang.testing.history;

import dev.bincang.testing.history.Recording.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** One client's view of one room, step by step. Reports each step that breaks a rule. */
final class View {

    private final Truth truth;
    private final Consumer<String> complain;
    private final List<String> ids = new ArrayList<>();
    private final List<Step.Gap> gaps = new ArrayList<>();
    private final Set<String> onConnection = new HashSet<>();
    private String start;
    private String position;
    /** A gap that no event has followed yet. */
    private Step.Gap jump;
    /** The state that a reply has announced: {@code ok}, {@code gap} or {@code reset}. */
    private String announced = "ok";

    private boolean in;

    View(Truth truth, Consumer<String> complain) {
        this.truth = truth;
        this.complain = complain;
    }

    private void complain(String what) {
        complain.accept(what);
    }

    void take(Step step) {
        switch (step) {
            case Step.Opened _, Step.Closed _ -> {
                in = false;
                onConnection.clear();
            }
            case Step.Left _ -> {
                in = false;
                position = null; // the next join starts anew
            }
            case Step.Entered entered -> entered(entered);
            case Step.Pushed pushed -> pushed(pushed);
            case Step.Gap gap -> gap(gap);
            case Step.Reset reset -> reset(reset);
            case Step.Refused _ -> {}
        }
    }

    private void entered(Step.Entered entered) {
        in = true;
        onConnection.clear();
        announced = entered.state();
        jump = null;
        var at = entered.after() == null ? entered.head() : entered.after();
        if (position == null) {
            start = at;
            ids.clear();
            gaps.clear();
        } else if (!at.equals(position)) {
            complain("entered after %s, though at %s".formatted(entered.after(), position));
        }
        position = at;
    }

    private void pushed(Step.Pushed pushed) {
        var event = truth.event(pushed.id());
        if (!in) {
            complain("got %s though not in the room".formatted(pushed.id()));
        }
        if (!onConnection.add(pushed.id())) {
            complain("got %s twice on one connection".formatted(pushed.id()));
        }
        if (!announced.equals("ok")) {
            complain("got %s where a %s was announced".formatted(pushed.id(), announced));
        }
        if (event == null) {
            complain("got %s, which the log never had".formatted(pushed.id()));
        } else {
            compare(pushed, event);
            if (jump != null && Truth.seq(event.prev()) != jump.toSeq()) {
                complain("got %s behind a gap to %d, but it follows %s"
                        .formatted(pushed.id(), jump.toSeq(), event.prev()));
            } else if (jump == null && !event.prev().equals(position)) {
                complain("got %s behind %s, but it follows %s".formatted(pushed.id(), position, event.prev()));
            }
        }
        jump = null;
        position = pushed.id();
        ids.add(pushed.id());
    }

    private void compare(Step.Pushed pushed, Truth.Entry event) {
        if (!event.text().equals(pushed.text())
                || !event.author().equals(pushed.author())
                || !String.valueOf(event.key()).equals(String.valueOf(pushed.key()))) {
            complain("got %s, but the log has %s".formatted(pushed, event));
        }
    }

    private void gap(Step.Gap gap) {
        var from = (jump != null ? jump.toSeq() : Truth.seq(position)) + 1;
        if (gap.fromSeq() != from || gap.toSeq() < from) {
            complain("was told of a gap from %d to %d, at %s".formatted(gap.fromSeq(), gap.toSeq(), position));
        }
        if (announced.equals("reset")) {
            complain("got a gap where a reset was announced");
        }
        truth.log().stream()
                .filter(event -> event.seq() >= gap.fromSeq() && event.seq() <= gap.toSeq())
                .findFirst()
                .ifPresent(event -> complain("was told of a gap from %d to %d, but the log has %s"
                        .formatted(gap.fromSeq(), gap.toSeq(), event.id())));
        announced = "ok";
        jump = gap;
        gaps.add(gap);
    }

    private void reset(Step.Reset reset) {
        if (announced.equals("gap")) {
            complain("got a reset where a gap was announced");
        }
        if (truth.has(position) && !position.equals("0-0")) {
            complain("was reset to %s, though its position %s is true".formatted(reset.from(), position));
        }
        if (Truth.seq(reset.from()) > Truth.seq(position) || !truth.ledTo(reset.from(), position)) {
            complain("was reset to %s, which did not lead to its position %s".formatted(reset.from(), position));
        }
        while (!ids.isEmpty() && !ids.getLast().equals(reset.from())) {
            onConnection.remove(ids.removeLast());
        }
        gaps.removeIf(gap -> gap.toSeq() > Truth.seq(reset.from()));
        if (Truth.seq(reset.from()) < Truth.seq(start)) {
            start = reset.from();
        }
        announced = "ok";
        jump = null;
        position = reset.from();
    }

    /** At the end, the client must have what the log has. */
    void compareWithLog() {
        if (!in) {
            return;
        }
        if (!announced.equals("ok")) {
            complain("was never told of the %s that was announced".formatted(announced));
        }
        var have = new HashSet<>(ids);
        var missing = truth.log().stream()
                .filter(event -> event.seq() > Truth.seq(start) && !have.contains(event.id()) && !inGap(event.seq()))
                .map(Truth.Entry::id)
                .toList();
        if (!missing.isEmpty()) {
            complain("misses %d events, the first %s; it is at %s"
                    .formatted(missing.size(), missing.getFirst(), position));
        }
        var strange = ids.stream()
                .filter(id -> !truth.has(id) && !truth.trimmed(Truth.seq(id)))
                .toList();
        if (!strange.isEmpty()) {
            complain("keeps %d events that are no more, the first %s".formatted(strange.size(), strange.getFirst()));
        }
    }

    private boolean inGap(long seq) {
        return gaps.stream().anyMatch(gap -> gap.fromSeq() <= seq && seq <= gap.toSeq());
    }
}
