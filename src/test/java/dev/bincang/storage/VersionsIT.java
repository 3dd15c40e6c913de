package dev.bincang.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.process.IdentityProvider;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged server with {@code bincang.messages.keep-edits}: who reads old texts, and that a deletion removes them. */
class VersionsIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.messages.keep-edits", "true")
            .with("bincang.rooms.open", "false")
            .behind(PROVIDER);

    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final Http owner = as("owner");
    private final Http author = as("author");
    private String room;

    @BeforeAll
    static void plainFiles() {
        CLUSTER.redis().command("CONFIG", "SET", "rdbcompression", "no"); // else a text could hide from the search
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static Http as(String user) {
        return new Http(CLUSTER.pod(0).port(), PROVIDER.token(user));
    }

    @BeforeEach
    void aRoom() {
        room = "versions-" + ROOMS.incrementAndGet();
        owner.post("/api/rooms", "{\"id\":\"" + room + "\"}").ok();
        owner.put("/api/rooms/" + room + "/members/author", "").ok();
    }

    private String path(String message) {
        return "/api/rooms/" + room + "/messages/" + message + "/versions";
    }

    private void moderates(String user) {
        owner.put("/api/rooms/" + room + "/members/" + user, "").ok();
        owner.patch("/api/rooms/" + room + "/members/" + user, "{\"role\":\"moderator\"}")
                .ok();
    }

    private static void refused(int status, String code, Http.Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals(code, answer.code(), answer.toString());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", ""));
    }

    private JsonNode events(Http reader) {
        return reader.post("/api/commands", "{\"type\":\"history\",\"req\":1,\"room\":\"" + room + "\"}")
                .ok()
                .body()
                .path("events");
    }

    private static List<String> texts(Http.Answer answer) {
        return answer.ok().body().path("versions").findValuesAsText("text");
    }

    // ---- who reads them

    @Test
    void ownersModeratorsAndAdminsReadThem() {
        var message = author.say(room, "first");
        GoneIT.edit(author, room, message, "second");
        GoneIT.edit(author, room, message, "third");
        moderates("mod");
        var admin = new Http(CLUSTER.pod(0).port(), PROVIDER.admin("root"));

        for (var reader : List.of(owner, as("mod"), admin)) {
            var answer = reader.get(path(message));
            assertEquals(List.of("first", "second"), texts(answer));
            assertEquals(
                    "no-store", answer.headers().firstValue("Cache-Control").orElse(""));
            var events = events(reader);
            var written = events.findValuesAsText("type").indexOf("message");
            assertEquals("third", events.get(written).path("text").asText());
            assertEquals(
                    List.of(
                            events.get(written).path("time").asText(),
                            events.get(written + 1).path("time").asText()),
                    answer.body().path("versions").findValuesAsText("time"));
        }
        assertEquals(
                200, owner.ask("HEAD", path(message), BodyPublishers.noBody()).status());
    }

    @Test
    void nobodyElseReadsThem() {
        var message = author.say(room, "first");
        GoneIT.edit(author, room, message, "second");

        refused(403, "forbidden", author.get(path(message)));
        refused(403, "forbidden", as("visitor").get(path(message)));
        refused(401, "unauthorized", new Http(CLUSTER.pod(0).port(), "").get(path(message)));

        owner.put("/api/rooms/" + room + "/bans/visitor", "").ok();
        refused(403, "forbidden", as("visitor").get(path(message)));
        owner.patch("/api/rooms/" + room, "{\"kind\":\"private\"}").ok();
        refused(404, "not_found", as("stranger").get(path(message)));
    }

    @Test
    void aMessageThatIsNotInTheLogIsNotFound() {
        var message = author.say(room, "first");
        GoneIT.edit(author, room, message, "second");

        refused(404, "not_found", owner.get(path("1-1")));
        refused(404, "not_found", owner.get(path(message.replaceAll("-.*", "-1"))));
        for (var event : events(owner)) {
            if (!event.path("type").asText().equals("message")) {
                refused(404, "not_found", owner.get(path(event.path("id").asText())));
            }
        }
        refused(404, "not_found", owner.get("/api/rooms/nowhere/messages/" + message + "/versions"));
        CLUSTER.trim(room, 1);
        refused(404, "not_found", owner.get(path(message)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "x", "01-1", "1-1-1", "%20"})
    void anIdOfAWrongFormIsABadRequest(String id) {
        refused(400, "bad_request", owner.get(path(id)));
    }

    @Test
    void aModeratorWhoSeesOnlyNewMessagesReadsNoOlderOnes() {
        var before = author.say(room, "first");
        GoneIT.edit(author, room, before, "second");
        owner.patch("/api/rooms/" + room, "{\"history\":\"joined\"}").ok();
        moderates("late");
        var after = author.say(room, "third");
        GoneIT.edit(author, room, after, "fourth");

        refused(404, "not_found", as("late").get(path(before)));
        assertEquals(List.of("third"), texts(as("late").get(path(after))));
        assertEquals(List.of("first"), texts(owner.get(path(before))));
    }

    @Test
    void aMessageThatWasNotEditedHasNone() {
        assertEquals(List.of(), texts(owner.get(path(author.say(room, "first")))));
    }

    // ---- what removes them

    @Test
    void whatIsDeletedIsGoneFromTheFileOfRedisToo() throws IOException {
        var message = author.say(room, "the first of three");
        GoneIT.edit(author, room, message, "the second of three");
        GoneIT.edit(author, room, message, "the third of three");
        var file = GoneIT.file(CLUSTER);
        for (var text : List.of("the first of three", "the second of three", "the third of three")) {
            assertTrue(file.contains(text), text + " is kept");
        }

        GoneIT.delete(author, room, message);

        assertFalse(GoneIT.file(CLUSTER).contains("of three"));
        assertEquals(List.of(), texts(owner.get(path(message))));
    }

    @Test
    void aDeletedRoomKeepsNone() throws IOException {
        var message = author.say(room, "the first of two");
        GoneIT.edit(author, room, message, "the second of two");

        owner.delete("/api/rooms/" + room).ok();

        assertFalse(GoneIT.file(CLUSTER).contains("of two"));
        refused(404, "not_found", owner.get(path(message)));
    }
}
