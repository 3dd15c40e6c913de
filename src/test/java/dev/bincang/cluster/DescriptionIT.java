package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.protocol.ApiDocs;
import dev.bincang.testing.Cluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged server serves its descriptions to everybody. */
class DescriptionIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1);

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var at = URI.create("http://127.0.0.1:" + CLUSTER.pod(0).port() + path);
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString());
        }
    }

    private static JsonNode described(String path) throws IOException, InterruptedException {
        var answer = get(path);
        assertEquals(200, answer.statusCode(), path);
        var type = answer.headers().firstValue("Content-Type").orElse("");
        assertTrue(type.matches("application/(x-)?yaml.*"), path + " is " + type);
        return ApiDocs.parse(answer.body());
    }

    @Test
    void theDescriptionOfTheSocketIsTheFileOfTheSource() throws IOException, InterruptedException {
        described("/asyncapi.yaml");
        assertEquals(Files.readString(ApiDocs.SOCKET), get("/asyncapi.yaml").body());
    }

    @Test
    void theWholeApiIsDescribedInASelfContainedDocument() throws IOException, InterruptedException {
        var http = described("/q/openapi");
        for (var path : List.of("/api/rooms/{room}/bans/{user}", "/api/tickets", "/api/guests")) {
            assertTrue(http.path("paths").has(path), path);
        }
        var events = http.path("paths").path("/api/events").path("get");
        assertEquals(
                List.of("room", "last", "Prefer", "Last-Event-ID"),
                events.path("parameters").findValuesAsText("name"));
        assertEquals(
                List.of("application/json", "application/x-ndjson", "text/event-stream"),
                events.at("/responses/200/content").properties().stream()
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList());
        var commands = http.path("paths").path("/api/commands").path("post");
        assertEquals(
                "#/components/schemas/Commands",
                commands.at("/requestBody/content/application~1json/schema/$ref")
                        .asText());
        assertEquals(
                "#/components/schemas/Answers",
                commands.at("/responses/200/content/application~1json/schema/$ref")
                        .asText());
        assertEquals(
                List.of(),
                http.findValuesAsText("$ref").stream()
                        .filter(ref -> !ref.startsWith("#"))
                        .toList());
        http.path("paths")
                .forEach(path -> path.forEach(operation -> {
                    for (var status : List.of("400", "401", "403", "406", "429", "500", "503")) {
                        assertTrue(operation.path("responses").has(status), operation + " has no " + status);
                    }
                }));
        assertEquals(List.of(), new ApiDocs(described("/asyncapi.yaml"), http).broken());
    }
}
