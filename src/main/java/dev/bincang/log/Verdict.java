package dev.bincang.log;

import dev.bincang.protocol.Id;
import java.util.List;

/**
 * The result of comparing a position with the log. It says how to continue from the position; feeds, joins and resumes
 * all use it. A plain check that seq is the last one plus 1 would not notice a log that was rolled back and filled
 * again.
 */
public sealed interface Verdict {

    /** The position is valid. {@code next} follows it, each entry after the one before. */
    record Next(List<Entry> next) implements Verdict {}

    /**
     * The events after the position, up to {@code to.seq()}, are lost.
     *
     * @param to the position to continue from
     * @param next the events that follow {@code to}
     */
    record Gap(long fromSeq, Id to, List<Entry> next) implements Verdict {}

    /** The position is not part of this history. The log was rolled back or emptied without our notice. */
    record Reset() implements Verdict {}

    static Verdict of(Id position, Page page) {
        var entries = page.entries();
        if (!entries.isEmpty() && entries.getFirst().id().equals(position)) {
            return chained(position, entries.subList(1, entries.size()));
        }
        if (page.head().equals(position)) {
            return new Next(List.of());
        }
        if (!entries.isEmpty() && entries.getFirst().prev().equals(position)) {
            return chained(position, entries); // the position itself was trimmed, or is the room's very beginning
        }
        var first = page.first();
        if (first == null) {
            return page.head().seq() > position.seq()
                    ? new Gap(position.seq() + 1, page.head(), List.of())
                    : new Reset();
        }
        if (entries.isEmpty() || !entries.getFirst().id().equals(first) || first.seq() <= position.seq() + 1) {
            return new Reset();
        }
        return gap(position, entries);
    }

    /** Returns the entries up to the first hole, if any. A hole right after the position is a gap. */
    private static Verdict chained(Id position, List<Entry> entries) {
        var last = position;
        for (int i = 0; i < entries.size(); i++) {
            if (!entries.get(i).prev().equals(last)) {
                return i > 0 ? new Next(entries.subList(0, i)) : gap(position, entries);
            }
            last = entries.get(i).id();
        }
        return new Next(entries);
    }

    private static Gap gap(Id position, List<Entry> entries) {
        var to = entries.getFirst().prev();
        var unbroken = (Next) chained(to, entries);
        return new Gap(position.seq() + 1, to, unbroken.next);
    }
}
