package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.history.Recording;
import dev.bincang.testing.history.Recording.Step;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The rooms that a client wants to be in, and its position in each. Only pushed events and resets move a position. */
final class Positions {

    private final Recording recording;
    /** Null until the first answer. */
    private final Map<String, String> rooms = new LinkedHashMap<>();

    private final Map<Long, String> joins = new HashMap<>();
    private final Map<Long, String> leaves = new HashMap<>();

    Positions(Recording recording) {
        this.recording = recording;
    }

    String of(String room) {
        return rooms.get(room);
    }

    void forEach(BiConsumer<String, String> action) {
        rooms.forEach(action);
    }

    /** Adds a room with a position; null: start at the newest event. */
    void want(String room, String after) {
        rooms.put(room, after);
    }

    void joining(long req, String room, String after) {
        want(room, after);
        joins.put(req, room);
    }

    void leaving(long req, String room) {
        leaves.put(req, room);
    }

    /** The connection has ended, so no more answers come. */
    void lost() {
        joins.clear();
        leaves.clear();
    }

    void welcome(JsonNode states) {
        states.properties().forEach(room -> entered(room.getKey(), room.getValue()));
    }

    void answered(long req, boolean ok, JsonNode answer) {
        var joined = joins.remove(req);
        if (joined != null && ok) {
            entered(joined, answer);
        }
        var left = leaves.remove(req);
        if (left != null && ok) {
            rooms.remove(left);
            recording.add(new Step.Left(left));
        }
    }

    private void entered(String room, JsonNode at) {
        var head = at.path("head").asText();
        recording.add(new Step.Entered(room, rooms.get(room), at.path("state").asText(), head));
        rooms.putIfAbsent(room, head);
    }

    void message(String room, JsonNode frame) {
        var id = frame.path("id").asText();
        move(room, id);
        recording.add(new Step.Pushed(
                room,
                id,
                frame.at("/from/id").asText(),
                frame.path("text").asText(),
                frame.path("key").asText(null)));
    }

    /** A gap moves no position here: it does not tell the id of the next event. */
    void gap(String room, JsonNode frame) {
        recording.add(new Step.Gap(
                room, frame.path("fromSeq").asLong(), frame.path("toSeq").asLong()));
    }

    void reset(String room, JsonNode frame) {
        var from = frame.path("from").asText();
        move(room, from);
        recording.add(new Step.Reset(room, from, frame.path("head").asText()));
    }

    private void move(String room, String position) {
        if (rooms.containsKey(room)) {
            rooms.put(room, position);
        }
    }
}
