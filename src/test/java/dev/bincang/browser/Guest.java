package dev.bincang.browser;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.bincang.testing.client.Http;

/** A user without a browser who sends messages. */
record Guest(Http http) {

    static Guest named(String name, int port) {
        var answer = new Http(port, "")
                .post("/api/guests", "{\"name\":\"" + name + "\"}")
                .ok();
        return new Guest(new Http(port, answer.body().path("token").asText()));
    }

    Guest says(String room, String text) {
        var command = JsonNodeFactory.instance.objectNode();
        command.put("type", "send").put("req", 1).put("room", room).put("text", text);
        http.post("/api/commands", command.toString()).ok();
        return this;
    }
}
