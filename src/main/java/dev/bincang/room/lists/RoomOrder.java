package dev.bincang.room.lists;

import dev.bincang.log.RoomViews.Glance;
import dev.bincang.protocol.RoomId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list of rooms that is sorted by time, newest first. The list may change between two pages: a room that gets
 * a message moves to the top. So a page has the rooms after the last one of the page before, and again those that have
 * moved since. No room is missed, and a room may appear twice.
 *
 * @param since rooms with this time or a later one may have moved; milliseconds since 1970
 * @param time of the last room before this place; rooms after it have a smaller time, or the same and a larger id
 * @param room the id of that room
 */
record RoomOrder(long since, long time, String room) {

    /** One page: the rooms in their order, and the place where the next one begins; null at the end. */
    record Part(List<RoomId> rooms, @Nullable RoomOrder next) {}

    private static final Comparator<Glance> NEWEST_FIRST = Comparator.comparingLong(Glance::time)
            .reversed()
            .thenComparing(glance -> glance.room().value());

    /**
     * Reads a cursor.
     *
     * @throws dev.bincang.protocol.Refusal {@code bad_request} if it is malformed
     */
    static RoomOrder parse(String cursor) {
        if (!cursor.matches("[0-9]{1,16}_[0-9]{1,16}_[a-z0-9][a-z0-9._-]{0,63}")) {
            throw ListPage.badCursor();
        }
        var words = cursor.split("_", 3);
        return new RoomOrder(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]);
    }

    String cursor() {
        return since + "_" + time + "_" + room;
    }

    /**
     * Chooses a page.
     *
     * @param all the whole list, in any order
     * @param at the time at which it was read
     * @param after where the page begins; null at the beginning of the list
     */
    static Part page(List<Glance> all, long at, @Nullable RoomOrder after, int limit) {
        var moved = after == null
                ? List.<Glance>of()
                : all.stream()
                        .filter(glance -> glance.time() >= after.since)
                        .sorted(NEWEST_FIRST.reversed())
                        .toList();
        var rest = all.stream()
                .filter(glance -> after == null || (glance.time() < after.since && after.isBefore(glance)))
                .sorted(NEWEST_FIRST)
                .toList();
        // Those that have moved do not take the whole page, so a list that changes all the time has an end.
        var first = moved.subList(0, Math.min(moved.size(), rest.isEmpty() ? limit : Math.max(1, limit / 2)));
        var second = rest.subList(0, Math.min(rest.size(), limit - first.size()));
        var page = new ArrayList<>(first.reversed());
        page.addAll(second);
        var rooms = page.stream().map(Glance::room).toList();
        if (first.size() == moved.size() && second.size() == rest.size()) {
            return new Part(rooms, null);
        }
        var since = first.size() == moved.size() ? at : moved.get(first.size()).time();
        return new Part(
                rooms,
                second.isEmpty() && after != null
                        ? new RoomOrder(since, after.time, after.room)
                        : new RoomOrder(
                                since,
                                second.getLast().time(),
                                second.getLast().room().value()));
    }

    private boolean isBefore(Glance glance) {
        return glance.time() < time
                || (glance.time() == time && glance.room().value().compareTo(room) > 0);
    }
}
