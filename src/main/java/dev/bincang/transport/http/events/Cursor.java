package dev.bincang.transport.http.events;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is in its rooms, as one text that it gives back as it got it: {@code general@130-5,random@7-12}. A room
 * without a position, as a client may write it, begins at its head.
 */
final class Cursor {

    private Cursor() {}

    /**
     * Reads one or more of them.
     *
     * @throws Refusal {@code bad_request} for what is none, or a room that is there twice
     */
    static Map<RoomId, @Nullable Id> parse(List<String> cursors) {
        var rooms = new LinkedHashMap<RoomId, @Nullable Id>();
        for (var cursor : cursors) {
            for (var part : cursor.split(",", -1)) {
                var at = part.lastIndexOf('@'); // an inbox begins with one
                try {
                    var room = new RoomId(at > 0 ? part.substring(0, at) : part);
                    if (rooms.containsKey(room)) {
                        throw Refusal.bad("room: " + room + " is there twice");
                    }
                    rooms.put(room, at > 0 ? Id.parse(part.substring(at + 1)) : null);
                } catch (IllegalArgumentException e) {
                    throw Refusal.bad("room: " + e.getMessage());
                }
            }
        }
        return rooms;
    }

    static String of(Map<RoomId, Id> positions) {
        return positions.entrySet().stream()
                .map(room -> room.getKey() + "@" + room.getValue())
                .collect(Collectors.joining(","));
    }
}
