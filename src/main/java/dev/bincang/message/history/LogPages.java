package dev.bincang.message.history;

import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads pages of rooms' logs, each in one script. A read fails with {@code unavailable} if Redis is away. */
@Singleton
class LogPages {

    /** The entries that one read of messages looks at, with those of other kinds, which it skips. */
    static final int LOOKS = 2_000;

    /**
     * The part of a log that a reader may read.
     *
     * @param after the seq that it begins after
     * @param last the last seq in it
     */
    record Window(long after, long last) {

        /** Without events that are newer than the answer that let the reader in, or from before they could read. */
        static Window of(ReadAccess.Pass pass) {
            var from = pass.from();
            var head = pass.head().seq(); // 0: it is an inbox, or its head was lost
            return new Window(from == null ? 0 : from.seq(), head == 0 ? Long.MAX_VALUE : head);
        }

        boolean has(Id id) {
            return id.seq() > after && id.seq() <= last;
        }

        private String first() {
            return Long.toString(after + 1);
        }

        private String end() {
            return last == Long.MAX_VALUE ? "+" : Long.toString(last);
        }
    }

    /**
     * The bounds of a page.
     *
     * @param bytes of JSON, about
     * @param messages whether only messages count and are in the page
     */
    record Size(int entries, int bytes, boolean messages) {}

    /**
     * A page, in the log's order.
     *
     * @param next where to go on reading in the same direction; null if there is nothing more
     */
    record Slice(List<Entry> entries, @Nullable Id next) {
        static final Slice NONE = new Slice(List.of(), null);
    }

    private final Script pages;
    private final Script some;
    private final Keys keys;

    LogPages(RedisCommands link, Keys keys) {
        this.keys = keys;
        pages = script(link, "pages.lua");
        some = script(link, "some.lua");
    }

    private static Script script(RedisCommands link, String name) {
        return new Script(
                link,
                Script.source(RoomLog.class, "head.lua"),
                Script.source(RoomLog.class, "entries.lua"),
                Script.source(LogPages.class, name));
    }

    /**
     * Reads the page that ends before an event. It is empty if the event is not after the window's beginning. Fails with
     * {@code conflict} if the log has no such event.
     *
     * @param before null: the page ends with the window
     */
    Uni<Slice> older(RoomId room, @Nullable Id before, Window window, Size size) {
        if (before == null) {
            return page(room, "before", "", "older", window.end(), window.first(), size);
        }
        if (before.seq() <= window.after) {
            return Uni.createFrom().item(Slice.NONE);
        }
        var begin = window.has(before) ? "(" + before : window.end();
        return page(room, "before", before.toString(), "older", begin, window.first(), size);
    }

    /**
     * Reads the page that begins after an event, or with the window if the event is from before it. Fails with {@code
     * conflict} if the log has no such event.
     */
    Uni<Slice> newer(RoomId room, Id after, Window window, Size size) {
        return after.seq() <= window.after
                ? page(room, "after", "", "newer", window.first(), window.end(), size)
                : page(room, "after", after.toString(), "newer", "(" + after, window.end(), size);
    }

    /** Reads the page that begins with an event of the window. Fails with {@code conflict} if the log has no such event. */
    Uni<Slice> from(RoomId room, Id first, Window window, Size size) {
        return page(room, "around", first.toString(), "newer", first.toString(), window.end(), size);
    }

    private Uni<Slice> page(
            RoomId room, String field, String position, String direction, String begin, String end, Size size) {
        var messages = size.messages ? "1" : "";
        return pages.run(toRead(room), position, direction, begin, end, size.entries, size.bytes, messages, LOOKS)
                .map(reply -> {
                    if (reply.at(0).text().equals("0")) {
                        throw unknown(field);
                    }
                    var next = reply.at(1).text();
                    return new Slice(RoomLog.entries(room, reply, 2), next.isEmpty() ? null : Id.parse(next));
                });
    }

    static Refusal unknown(String field) {
        return new Refusal(ErrorCode.CONFLICT, field + ": not in this room's log (any more)");
    }

    /**
     * Reads the messages with these ids, in the log's order, without those that the window or the log does not have. If
     * not all fit, {@code next} is the id of the last one that does.
     */
    Uni<Slice> some(RoomId room, List<Id> ids, Window window, int bytes) {
        var args = new ArrayList<Object>(List.of(bytes));
        ids.stream()
                .filter(window::has)
                .distinct()
                .sorted(Comparator.comparingLong(Id::seq).thenComparingLong(Id::tag))
                .forEach(args::add);
        if (args.size() == 1) {
            return Uni.createFrom().item(Slice.NONE);
        }
        return some.run(toRead(room), args.toArray()).map(reply -> some(room, reply));
    }

    private static Slice some(RoomId room, Reply reply) {
        var entries = RoomLog.entries(room, reply, 1);
        return new Slice(
                entries, reply.at(0).text().equals("1") ? entries.getLast().id() : null);
    }

    private List<String> toRead(RoomId room) {
        var of = keys.of(room);
        return List.of(of.room(), of.room(), of.log(), of.bodies());
    }
}
