package dev.bincang.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a client has of a room's messages after it has applied events in their order, as {@code docs/protocol.md} says. */
final class Fold {

    private static final List<String> CONTENT =
            List.of("mentions", "mentionAll", "text", "attachments", "data", "edited");

    private final Map<Long, ObjectNode> messages = new TreeMap<>();

    Fold copy() {
        var copy = new Fold();
        messages.forEach((seq, message) -> copy.messages.put(seq, message.deepCopy()));
        return copy;
    }

    private static long seq(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    void apply(JsonNode event) {
        var type = event.path("type").asText();
        if (type.equals("message")) {
            messages.put(event.path("seq").asLong(), bare(event));
        }
        var target = type.equals("message")
                ? event.path("seq").asLong()
                : seq(event.path("target").asText("0-0"));
        var message = messages.get(target);
        if (message == null) {
            return;
        }
        switch (type) {
            case "edited", "deleted" -> amend(message, event);
            case "reacted" -> set(message, "reactions", event.path("reactions"));
            case "pinned" -> pin(message, event);
            default -> {}
        }
        if (message.has("thread") && event.has("replies")) {
            var root = messages.get(seq(message.path("thread").asText()));
            if (root != null) {
                root.set("replies", event.path("replies"));
            }
        }
    }

    /** A message in a thread tells the thread; only the root keeps that. */
    private static ObjectNode bare(JsonNode event) {
        var message = event.<ObjectNode>deepCopy();
        if (message.has("thread")) {
            message.remove("replies");
        }
        return message;
    }

    private static void amend(ObjectNode message, JsonNode event) {
        message.remove(CONTENT);
        for (var field : CONTENT) {
            if (event.has(field)) {
                message.set(field, event.path(field));
            }
        }
        if (event.has("deleted")) {
            message.set("deleted", event.path("deleted"));
            message.remove(List.of("reactions", "pinned"));
        }
    }

    private static void set(ObjectNode message, String field, JsonNode value) {
        if (value.isEmpty()) {
            message.remove(field);
        } else {
            message.set(field, value);
        }
    }

    private static void pin(ObjectNode message, JsonNode event) {
        if (!event.path("on").asBoolean()) {
            message.remove("pinned");
        } else if (!message.has("deleted")) {
            var pinned = message.putObject("pinned");
            pinned.set("by", event.path("by"));
            pinned.set("time", event.path("time"));
        }
    }

    /** The messages from a seq on. */
    Map<Long, ObjectNode> from(long seq) {
        return new TreeMap<>(messages).tailMap(seq);
    }
}
