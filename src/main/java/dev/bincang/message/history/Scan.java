package dev.bincang.message.history;

import dev.bincang.message.history.LogPages.Size;
import dev.bincang.message.history.LogPages.Slice;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One search on its way back through a log. Used by one thread at a time. */
final class Scan {

    /** The size of a page, small enough that Redis serves others between two pages. */
    private static final int PAGE = 250;

    private static final int PAGE_BYTES = 128 * 1024;

    private final Filter filter;
    private final int limit;
    private final int most;
    private final int bytes;
    /** A page of messages may be short if there are many other events. So the number of pages has a bound too. */
    private final int mostPages;

    private final List<byte[]> events = new ArrayList<>();
    private @Nullable Id position;
    private boolean over;
    private int pages;
    private int searched;
    private long read;
    private int found;

    /**
     * @param limit of messages found
     * @param most messages to look at
     * @param bytes to read, about
     */
    Scan(Filter filter, int limit, int most, int bytes, @Nullable Id before) {
        this.filter = filter;
        this.limit = limit;
        this.most = most;
        this.bytes = bytes;
        mostPages = 4 + 2 * (most / PAGE + bytes / PAGE_BYTES);
        position = before;
    }

    /** Before which event the next page ends; null: it ends with the newest event. */
    @Nullable
    Id position() {
        return position;
    }

    Size size() {
        var left = Math.max(1, Math.min(PAGE_BYTES, bytes - read));
        return new Size(Math.min(PAGE, most - searched), (int) left, true);
    }

    boolean isOver() {
        return over;
    }

    /** Whether a failure means that the log before the page that was read last has been trimmed meanwhile. */
    boolean isTrimmedAway(Throwable failure) {
        return pages > 0 && failure instanceof Refusal refusal && refusal.code() == ErrorCode.CONFLICT;
    }

    /** Looks at a page, newest message first. */
    Scan look(Slice page) {
        pages++;
        for (var message : page.entries().reversed()) {
            searched++;
            read += message.json().length;
            var verdict = filter.of(message);
            if (verdict == Filter.Verdict.TOO_OLD) {
                return endAt(null);
            }
            if (verdict == Filter.Verdict.FOUND) {
                events.add(message.json());
                found += message.json().length;
                if (events.size() == limit || found >= RoomHistory.BYTES) {
                    var last = page.next() == null
                            && message.id().equals(page.entries().getFirst().id());
                    return endAt(last ? null : message.id());
                }
            }
        }
        position = page.next();
        over = position == null || searched >= most || read >= bytes || pages >= mostPages;
        return this;
    }

    private Scan endAt(@Nullable Id next) {
        position = next;
        over = true;
        return this;
    }

    RoomSearch.Found found() {
        return new RoomSearch.Found(List.copyOf(events), position, searched);
    }
}
