package dev.bincang.message.history;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.ReadAccess;
import dev.bincang.message.history.LogPages.Window;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.room.Actor;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Searches a room's log for messages, backwards and page by page. There is no index: a search reads a bounded number of
 * messages and says where it stopped. It compares on a worker thread, because that takes longer than an event loop may
 * stand still.
 */
@Singleton
public class RoomSearch {

    /**
     * What to look for.
     *
     * @param words all of them must be in the text
     * @param from the id of the author; null: any
     * @param since milliseconds since 1970, included
     * @param until milliseconds since 1970, not included
     * @param has {@code attachment} or {@code link}
     * @param before look only at messages before this event
     * @param limit of messages found; null: the highest
     */
    public record Query(
            String words,
            @Nullable String from,
            @Nullable Long since,
            @Nullable Long until,
            @Nullable String has,
            @Nullable Id before,
            @Nullable Integer limit) {}

    /**
     * What a search found.
     *
     * @param events the JSON of the messages, newest first
     * @param next the position from which to go on, as {@code before}; null if the beginning was reached
     * @param searched the number of messages that it looked at
     */
    public record Found(List<byte[]> events, @Nullable Id next, int searched) {}

    private static final int LIMIT = 50;
    private static final long RETRY_MS = 500;

    private final LogPages log;
    private final ReadAccess readAccess;
    private final RateLimits rates;
    private final int messages;
    private final int bytes;
    private final Set<String> searching = ConcurrentHashMap.newKeySet();
    private final Semaphore free;

    RoomSearch(LogPages log, ReadAccess readAccess, RateLimits rates, BincangConfig config) {
        this.log = log;
        this.readAccess = readAccess;
        this.rates = rates;
        messages = config.search().messages();
        bytes = Math.toIntExact(config.search().size().asLongValue());
        free = new Semaphore(config.search().atOnce());
    }

    /**
     * Searches. What the reader may read is asked again before each page.
     *
     * <p>Fails with {@code bad_request} for the query, {@code rate_limited} if the user has another search in progress or
     * searches too often or if the pod has too many searches, {@code not_found} or {@code forbidden} if the user may not
     * read, {@code conflict} if the event {@code before} is not in the log any more.
     */
    public Uni<Found> find(Actor reader, RoomId room, Query query) {
        return Uni.createFrom().deferred(() -> {
            var limit = limit(query.limit);
            var scan = new Scan(filter(query), limit, messages, bytes, query.before);
            var tooOften = rates.take(What.SEARCH, reader.key());
            if (tooOften != null) {
                return Uni.createFrom().failure(tooOften);
            }
            return alone(reader.key(), () -> pages(reader, room, scan));
        });
    }

    private Uni<Found> alone(String user, Supplier<Uni<? extends Found>> search) {
        if (!searching.add(user)) {
            return busy("one search at a time is allowed");
        }
        if (!free.tryAcquire()) {
            searching.remove(user);
            return busy("too many searches at the moment");
        }
        return Uni.createFrom().deferred(search).onTermination().invoke(() -> {
            searching.remove(user);
            free.release();
        });
    }

    private static Uni<Found> busy(String why) {
        return Uni.createFrom().failure(new Refusal(ErrorCode.RATE_LIMITED, why, RETRY_MS));
    }

    private Uni<Found> pages(Actor reader, RoomId room, Scan scan) {
        return Uni.createFrom()
                .deferred(() -> page(reader, room, scan))
                .repeat()
                .whilst(state -> !state.isOver())
                .collect()
                .last()
                .map(Scan::found);
    }

    private Uni<Scan> page(Actor reader, RoomId room, Scan scan) {
        return readAccess
                .ask(room, reader.key(), reader.admin())
                .chain(pass -> log.older(room, scan.position(), Window.of(pass), scan.size()))
                .onFailure(scan::isTrimmedAway)
                .recoverWithItem(LogPages.Slice.NONE)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(scan::look);
    }

    private static int limit(@Nullable Integer limit) {
        if (limit != null && (limit < 1 || limit > LIMIT)) {
            throw Refusal.bad("limit: must be a number from 1 to " + LIMIT);
        }
        return limit == null ? LIMIT : limit;
    }

    private static Filter filter(Query query) {
        var wrong = query.from == null ? null : User.wrongId(query.from);
        if (wrong != null) {
            throw Refusal.bad("from: " + wrong);
        }
        long since = query.since == null ? 0 : query.since;
        long until = query.until == null ? Long.MAX_VALUE : query.until;
        if (since < 0 || until <= since) {
            throw Refusal.bad("since, until: must be times, the first one earlier");
        }
        return new Filter(Words.of(query.words), query.from, since, until, has(query.has));
    }

    private static Filter.@Nullable Has has(@Nullable String has) {
        return has == null
                ? null
                : Stream.of(Filter.Has.values())
                        .filter(value -> value.wire().equals(has))
                        .findFirst()
                        .orElseThrow(() -> Refusal.bad("has: must be attachment or link"));
    }
}
