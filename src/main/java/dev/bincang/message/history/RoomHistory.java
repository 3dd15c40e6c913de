package dev.bincang.message.history;

import dev.bincang.BincangConfig;
import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess;
import dev.bincang.message.history.LogPages.Size;
import dev.bincang.message.history.LogPages.Slice;
import dev.bincang.message.history.LogPages.Window;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads pages of a room's log. */
@Singleton
public class RoomHistory {

    /**
     * Which part of a log. At most one of the first four is not null; if all are, it is the newest page.
     *
     * @param messages whether only messages count and are in the page
     * @param limit null: the page size in {@code welcome}
     */
    public record Query(
            @Nullable Id before,
            @Nullable Id after,
            @Nullable Id around,
            @Nullable List<Id> ids,
            boolean messages,
            @Nullable Integer limit) {

        public static Query newest(int limit) {
            return new Query(null, null, null, null, false, limit);
        }
    }

    /**
     * A page of history.
     *
     * @param events the JSON of the events, in the order of the log
     * @param more whether there is more where the reading goes: newer events with {@code after}, messages that did not
     *     fit with {@code ids}, older events otherwise
     * @param next the position from which it goes on, if there is more
     * @param moreAfter only with {@code around}: whether there are newer events
     * @param nextAfter the position from which these begin
     */
    public record Page(
            List<byte[]> events,
            boolean more,
            @Nullable Id next,
            @Nullable Boolean moreAfter,
            @Nullable Id nextAfter) {

        private static Page of(Slice slice) {
            return new Page(json(slice.entries().stream()), slice.next() != null, slice.next(), null, null);
        }

        private static Page around(Slice older, Slice newer) {
            var all = Stream.concat(older.entries().stream(), newer.entries().stream());
            return new Page(json(all), older.next() != null, older.next(), newer.next() != null, newer.next());
        }

        private static List<byte[]> json(Stream<Entry> entries) {
            return entries.map(Entry::json).toList();
        }
    }

    /** The bytes of a page, about. */
    static final int BYTES = 256 * 1024;
    /** The most ids in a query. */
    private static final int IDS = 100;

    private final LogPages log;
    private final ReadAccess readAccess;
    private final int historyPage;

    RoomHistory(LogPages log, ReadAccess readAccess, BincangConfig config) {
        this.log = log;
        this.readAccess = readAccess;
        historyPage = config.limits().historyPage();
    }

    /**
     * Reads a page, of what the reader could read at the time of the request: without newer events, and without events
     * from before they could read.
     *
     * <p>Fails with {@code bad_request} for a query that asks for several pages or for a page that is too large, {@code
     * not_found} or {@code forbidden} if the user may not read, {@code conflict} if the log does not have the position
     * (any more).
     */
    public Uni<Page> page(Actor reader, RoomId room, Query query) {
        var refusal = check(query);
        return refusal != null
                ? Uni.createFrom().failure(refusal)
                : readAccess.ask(room, reader.key(), reader.admin()).chain(pass -> page(room, query, Window.of(pass)));
    }

    private @Nullable Refusal check(Query query) {
        var pages = Stream.of(query.before, query.after, query.around, query.ids)
                .filter(Objects::nonNull)
                .count();
        if (pages > 1) {
            return Refusal.bad("only one of before, after, around and ids is allowed");
        }
        var limit = query.limit;
        if (limit != null && (limit < 1 || limit > historyPage)) {
            return Refusal.bad("limit: must be a number from 1 to " + historyPage);
        }
        var ids = query.ids;
        if (ids != null && (ids.isEmpty() || ids.size() > IDS)) {
            return Refusal.bad("ids: must be 1 to " + IDS + " ids");
        }
        return ids != null && limit != null ? Refusal.bad("limit: not with ids") : null;
    }

    private Uni<Page> page(RoomId room, Query query, Window window) {
        var limit = query.limit == null ? historyPage : query.limit;
        var size = new Size(limit, BYTES, query.messages);
        if (query.ids != null) {
            return log.some(room, query.ids, window, BYTES).map(Page::of);
        }
        if (query.around != null) {
            return around(room, query.around, window, size);
        }
        var slice = query.after == null
                ? log.older(room, query.before, window, size)
                : log.newer(room, query.after, window, size);
        return slice.map(Page::of);
    }

    /** Half of the page is before the event. The event itself begins the other half. */
    private Uni<Page> around(RoomId room, Id event, Window window, Size size) {
        if (!window.has(event)) {
            return Uni.createFrom().failure(LogPages.unknown("around"));
        }
        var half = size.entries() / 2;
        var older = new Size(half, BYTES / 2, size.messages());
        var newer = new Size(size.entries() - half, BYTES / 2, size.messages());
        return log.from(room, event, window, newer)
                .chain(after -> log.older(room, event, window, older).map(before -> Page.around(before, after)));
    }
}
