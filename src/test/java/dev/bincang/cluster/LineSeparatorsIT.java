package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * U+2028 and U+2029 end a line for some readers of lines, so they leave escaped by each HTTP transport. For sockets see
 * {@link SocketBoundsIT}.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LineSeparatorsIT {

    private static final String SAID = "a\u2028b\\u2029c";
    private static final String ESCAPED = "a\\u2028b\\u2029c";

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String room = CLUSTER.scene().room();
    private Http ana;

    @BeforeEach
    void someoneSaysThem() {
        ana = Http.guest(CLUSTER.pod(0).port(), "Ana");
        ana.say(room, SAID);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static void isEscaped(String bytes) {
        assertTrue(bytes.contains(ESCAPED), bytes);
        assertFalse(bytes.contains("\u2028") || bytes.contains("\u2029"), bytes);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + CLUSTER.pod(0).port() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + ana.token());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-ndjson", "text/event-stream"})
    void aStreamHasThemEscapedFromTheLogAndLive(String accept) throws IOException, InterruptedException {
        var events = request("/api/events?room=" + room + "@0-0").header("Accept", accept);
        HttpResponse<InputStream> answer = client.send(events.build(), BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
            assertEquals(accept, answer.headers().firstValue("Content-Type").orElse(""));
            isEscaped(message(lines));
            ana.say(room, SAID);
            isEscaped(message(lines));
        }
    }

    private static String message(BufferedReader lines) throws IOException {
        while (true) {
            var line = String.valueOf(lines.readLine());
            assertFalse(line.equals("null"), "the stream has ended");
            if (line.contains("\"type\":\"message\"")) {
                return line;
            }
        }
    }

    @Test
    void aPollHasThemEscapedFromTheLogAndLive() throws IOException, InterruptedException {
        isEscaped(body(request("/api/events?room=" + room + "@0-0")));

        var waiting = client.sendAsync(
                request("/api/events?room=" + room).header("Prefer", "wait=10").build(), BodyHandlers.ofString());
        while (!waiting.isDone()) { // the first may come before the poll
            ana.say(room, SAID);
        }
        isEscaped(waiting.join().body());
    }

    @Test
    void aPageOfHistoryHasThemEscaped() throws IOException, InterruptedException {
        var history = "{\"type\":\"history\",\"req\":1,\"room\":\"" + room + "\",\"limit\":10}";
        for (var command : new String[] {history, "[" + history + "]"}) {
            isEscaped(body(request("/api/commands")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(command))));
        }
    }

    private String body(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString()).body();
    }
}
