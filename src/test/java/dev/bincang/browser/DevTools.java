package dev.bincang.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A connection of the Chrome DevTools Protocol: requests, responses, and events in between. */
final class DevTools implements WebSocket.Listener, AutoCloseable {

    private static final int ANSWER_SECONDS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final StringBuilder parts = new StringBuilder();
    private final Consumer<JsonNode> events;
    private final WebSocket socket;

    /**
     * @param events receives each event; must not send requests itself
     */
    DevTools(String address, Consumer<JsonNode> events) {
        this.events = events;
        socket = CLIENT.newWebSocketBuilder()
                .buildAsync(URI.create(address), this)
                .join();
    }

    /** The result of a request; throws if it is an error. */
    JsonNode ask(String method, Map<String, ?> parameters) {
        var id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(id, answer);
        try {
            var text = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
            synchronized (this) { // one at a time, as the WebSocket requires
                socket.sendText(text, true).join();
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        var frame = answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
        if (frame.has("error")) {
            throw new IllegalStateException(method + ": " + frame.get("error"));
        }
        return frame.path("result");
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        parts.append(data);
        if (last) {
            heard(parts.toString());
            parts.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void heard(String text) {
        try {
            var frame = JSON.readTree(text);
            if (frame.has("id")) {
                asked.remove(frame.get("id").intValue()).complete(frame);
            } else {
                events.accept(frame);
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
