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
 * The client's positions in its rooms as one text: {@code general@130-5,random@7-12}. The client sends it back
 * unchanged. A client may also write a room without a position; it starts after the room's newest event.
 */
final class Cursor {

    private Cursor() {}

    /**
     * Parses one or more cursors.
     *
     * @throws Refusal {@code bad_request} if a text is not a cursor, or if a room occurs twice
     */
    static Map<RoomId, @Nullable Id> parse(List<String> cursors) {
        var rooms = new LinkedHashMap<RoomId, @Nullable Id>();
        for (var cursor : cursors) {
            for (var part : cursor.split(",", -1)) {
                var at = part.lastIndexOf('@'); // the name of an inbox begins with an @
                try {
                    var room = new RoomId(at > 0 ? part.substring(0, at) : part);
                    if (rooms.containsKey(room)) {
                        throw Refusal.bad("room: " + room + " occurs twice");
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
