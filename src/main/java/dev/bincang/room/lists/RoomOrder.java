package dev.bincang.room.lists;

import dev.bincang.log.RoomViews.Glance;
import dev.bincang.protocol.RoomId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list of rooms that is sorted by time, newest first. The list may change between two pages: a room that gets
 * a message moves to the top. So a page has the rooms after the last one of the page before, and again those that have
 * moved since. No room is missed, and a room may appear twice.
 *
 * @param since rooms that are newer than this have moved; milliseconds since 1970
 * @param sinceRoom of the rooms with exactly that time, those up to this id have been on a page; may be empty
 * @param time of the last room before this place; rooms after it have a smaller time, or the same and a larger id
 * @param room the id of that room
 */
record RoomOrder(long since, String sinceRoom, long time, String room) {

    /** One page: the rooms in their order, and the place where the next one begins; null at the end. */
    record Part(List<RoomId> rooms, @Nullable RoomOrder next) {}

    private static final Comparator<Glance> NEWEST_FIRST = Comparator.comparingLong(Glance::time)
            .reversed()
            .thenComparing(glance -> glance.room().value());

    private static final Comparator<Glance> OLDEST_FIRST = Comparator.comparingLong(Glance::time)
            .thenComparing(glance -> glance.room().value());

    private static final Pattern CURSOR =
            Pattern.compile("([0-9]{1,16})~([a-z0-9][a-z0-9._-]{0,63})?~([0-9]{1,16})~([a-z0-9][a-z0-9._-]{0,63})");

    /**
     * Reads a cursor.
     *
     * @throws dev.bincang.protocol.Refusal {@code bad_request} if it is malformed
     */
    static RoomOrder parse(String cursor) {
        var parts = CURSOR.matcher(cursor);
        if (!parts.matches()) {
            throw ListPage.badCursor();
        }
        var sinceRoom = parts.group(2);
        return new RoomOrder(
                Long.parseLong(parts.group(1)),
                sinceRoom == null ? "" : sinceRoom,
                Long.parseLong(parts.group(3)),
                parts.group(4));
    }

    String cursor() {
        return since + "~" + sinceRoom + "~" + time + "~" + room;
    }

    /**
     * Chooses a page.
     *
     * @param all the whole list, in any order
     * @param at the time at which it was read; a room that moves later has this time or a later one
     * @param after where the page begins; null at the beginning of the list
     */
    static Part page(List<Glance> all, long at, @Nullable RoomOrder after, int limit) {
        var moved = all.stream()
                .filter(glance -> after != null && after.hasMoved(glance))
                .sorted(OLDEST_FIRST)
                .toList();
        var rest = all.stream()
                .filter(glance -> after == null || (!after.hasMoved(glance) && after.isBefore(glance)))
                .sorted(NEWEST_FIRST)
                .toList();
        // Those that have moved do not take the whole page, so a list that changes all the time has an end.
        var most = rest.isEmpty() ? limit : Math.max(1, limit / 2);
        var first = moved.size() <= most
                ? moved
                : moved.stream()
                        .filter(glance -> glance.time() < at)
                        .limit(most)
                        .toList();
        var second = rest.subList(0, Math.min(rest.size(), limit - first.size()));
        var page = new ArrayList<>(first.reversed());
        page.addAll(second);
        var rooms = page.stream().map(Glance::room).toList();
        if (first.size() == moved.size() && second.size() == rest.size()) {
            return new Part(rooms, null);
        }
        var next = after == null ? new RoomOrder(at, "", 0, "") : after;
        if (first.size() == moved.size()) {
            next = new RoomOrder(at, "", next.time, next.room);
        } else if (!first.isEmpty()) {
            next = new RoomOrder(first.getLast().time(), id(first.getLast()), next.time, next.room);
        }
        if (!second.isEmpty()) {
            next = new RoomOrder(next.since, next.sinceRoom, second.getLast().time(), id(second.getLast()));
        }
        return new Part(rooms, next);
    }

    private boolean hasMoved(Glance glance) {
        return glance.time() > since || (glance.time() == since && id(glance).compareTo(sinceRoom) > 0);
    }

    private boolean isBefore(Glance glance) {
        return glance.time() < time || (glance.time() == time && id(glance).compareTo(room) > 0);
    }

    private static String id(Glance glance) {
        return glance.room().value();
    }
}
