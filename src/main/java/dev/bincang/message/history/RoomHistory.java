package dev.bincang.message.history;

import dev.bincang.BincangConfig;
import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads pages of a room's log. */
@Singleton
public class RoomHistory {

    /** A page of history: the JSON of the events in order, and whether there are older ones. */
    public record Page(List<byte[]> events, boolean more) {}

    private static final int HISTORY_BYTES = 256 * 1024;

    private final RoomLog log;
    private final ReadAccess readAccess;
    private final int historyPage;

    RoomHistory(RoomLog log, ReadAccess readAccess, BincangConfig config) {
        this.log = log;
        this.readAccess = readAccess;
        historyPage = config.limits().historyPage();
    }

    /**
     * The page of events before {@code before}, or the newest page. Fails with {@code bad_request} if the limit is not
     * between 1 and the page size in {@code welcome}, {@code not_found} or {@code forbidden} if the user may not read,
     * {@code conflict} if the event {@code before} is not in the log any more.
     */
    public Uni<Page> page(Actor reader, RoomId room, @Nullable Id before, @Nullable Integer limit) {
        var count = limit == null ? historyPage : limit;
        if (count < 1 || count > historyPage) {
            return Uni.createFrom().failure(Refusal.bad("limit: must be a number from 1 to " + historyPage));
        }
        return readAccess
                .ask(room, reader.key(), reader.admin())
                .chain(pass -> Id.ZERO.equals(before)
                        ? Uni.createFrom().item(new Page(List.of(), false))
                        : log.history(room, before == null ? Id.ZERO : before, count, HISTORY_BYTES)
                                .map(page -> within(pass, page)));
    }

    /**
     * The part of a page that the reader could read at the time of the request: without newer events, and without
     * events from before they could read.
     */
    private static Page within(ReadAccess.Pass pass, RoomLog.History page) {
        var from = pass.from();
        var first = from == null ? 1 : from.seq() + 1;
        var last = pass.head().seq() == 0 ? Long.MAX_VALUE : pass.head().seq(); // it is an inbox, or its head was lost
        var mine = page.entries().stream()
                .filter(entry -> entry.id().seq() >= first && entry.id().seq() <= last)
                .map(Entry::json)
                .toList();
        var all = page.entries();
        var more = page.more() && !all.isEmpty() && all.getFirst().id().seq() > first;
        return new Page(mine, more);
    }
}
