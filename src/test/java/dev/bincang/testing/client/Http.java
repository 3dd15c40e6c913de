package dev.bincang.testing.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls the {@code /api} of one pod with a token. An empty token means no token. */
public record Http(int port, String token) {

    /** An answer. A body that does not exist is a missing node. */
    public record Answer(int status, HttpHeaders headers, JsonNode body) {

        /** Throws if the request failed. */
        public Answer ok() {
            if (status >= 300) {
                throw new IllegalStateException(toString());
            }
            return this;
        }

        public String code() {
            return body.path("code").asText();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMinutes(1))
            .build();

    /** Signs in as a new guest of that name. */
    public static Http guest(int port, String name) {
        var guest = new Http(port, "").post("/api/guests", "{\"name\":\"" + name + "\"}");
        return new Http(port, guest.ok().body().path("token").asText());
    }

    /** Sends a message to a room; returns its id. */
    public String say(String room, String text) {
        var send = "{\"type\":\"send\",\"req\":1,\"room\":\"" + room + "\",\"text\":\"" + text + "\"}";
        return post("/api/commands", send).ok().body().path("id").asText();
    }

    public Answer get(String path) {
        return ask("GET", path, BodyPublishers.noBody());
    }

    public Answer post(String path, String json) {
        return ask("POST", path, BodyPublishers.ofString(json));
    }

    public Answer put(String path, String json) {
        return ask("PUT", path, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    }

    public Answer patch(String path, String json) {
        return ask("PATCH", path, BodyPublishers.ofString(json));
    }

    public Answer delete(String path) {
        return ask("DELETE", path, BodyPublishers.noBody());
    }

    /** Sends a request unchanged; {@code headers} are names and values in turn. */
    public Answer ask(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/json")
                .method(method, body);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
            var text = answer.body();
            return new Answer(
                    answer.statusCode(),
                    answer.headers(),
                    text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : MissingNode.getInstance());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
