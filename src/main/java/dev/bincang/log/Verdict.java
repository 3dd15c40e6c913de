package dev.bincang.log;

import dev.bincang.protocol.Id;
import java.util.List;

/**
 * What a position is worth against the log: the one way to go on from it, for feeds, joins and resumes alike. A plain
 * "seq is the last one plus 1" would pass silently over a log that was rolled back and filled again.
 */
public sealed interface Verdict {

    /** The position is true; {@code next} follows it, each entry behind the one before. */
    record Next(List<Entry> next) implements Verdict {}

    /**
     * The events after the position up to {@code to.seq()} are gone.
     *
     * @param to the position to go on from
     */
    record Gap(long fromSeq, Id to, List<Entry> next) implements Verdict {}

    /** The position is not of this history: the log was rolled back or emptied behind our back. */
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
            return chained(position, entries); // the position itself was trimmed, or is the very beginning
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

    /** Up to the first hole, if any; a hole right behind the position is a gap. */
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
