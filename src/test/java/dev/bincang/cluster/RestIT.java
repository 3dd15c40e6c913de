package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Http.Answer;
import dev.bincang.testing.process.IdentityProvider;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged server by HTTP: rooms, members and commands, and its refusals. */
class RestIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.limits.rooms-per-minute", "1000")
            .with("bincang.limits.bad-tokens-per-minute", "1000")
            .with("bincang.http.origins", "self,https://chat.example")
            .with("bincang.rooms.open", "false")
            .behind(PROVIDER);

    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final Http ana = as(PROVIDER.token("ana"));
    private final Http ben = as(PROVIDER.token("ben"));
    private final Http nobody = as("");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static Http as(String token) {
        return new Http(CLUSTER.pod(0).port(), token);
    }

    /** The path of a public room that Ana made. */
    private String room() {
        var id = "team-" + ROOMS.incrementAndGet();
        ana.post("/api/rooms", "{\"id\":\"" + id + "\"}").ok();
        return "/api/rooms/" + id;
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static void done(int status, Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals("no-store", header(answer, "Cache-Control"), answer.toString());
    }

    private static void refused(int status, String code, String detail, Answer answer) {
        done(status, answer);
        assertEquals("application/problem+json", header(answer, "Content-Type").replaceAll(";.*", ""));
        assertEquals(status, answer.body().path("status").asInt(), answer.toString());
        assertEquals(code, answer.code(), answer.toString());
        assertEquals("urn:bincang:error:" + code, answer.body().path("type").asText());
        assertTrue(answer.body().path("detail").asText().startsWith(detail), answer.toString());
    }

    private static void refused(ErrorCode code, String detail, Answer answer) {
        refused(code.status(), code.name().toLowerCase(Locale.ROOT), detail, answer);
    }

    // ---- rooms and members

    @Test
    void aRoomIsCreatedChangedAndDeleted() {
        var made = ana.post("/api/rooms", "{\"id\":\"whole\",\"name\":\" The team \",\"topic\":\"All\"}");
        done(201, made);
        assertTrue(header(made, "Location").endsWith("/api/rooms/whole"), made.toString());
        var first = header(made, "ETag");
        assertTrue(first.startsWith("\"" + made.body().path("revision").asText() + "."), first);
        assertEquals("The team", made.body().path("name").asText());
        assertEquals("owner", made.body().path("role").asText());

        var found = ana.get("/api/rooms/whole");
        done(200, found);
        assertEquals(made.body(), found.body());
        assertEquals(first, header(found, "ETag"));

        var changed =
                ana.ask("PATCH", "/api/rooms/whole", BodyPublishers.ofString("{\"topic\":\"\"}"), "If-Match", first);
        done(200, changed);
        refused(
                ErrorCode.CHANGED,
                "",
                ana.ask("PATCH", "/api/rooms/whole", BodyPublishers.ofString("{\"topic\":\"x\"}"), "If-Match", first));
        refused(
                ErrorCode.CHANGED,
                "",
                ana.ask("DELETE", "/api/rooms/whole", BodyPublishers.noBody(), "If-Match", first));
        var now = header(changed, "ETag");
        done(204, ana.ask("DELETE", "/api/rooms/whole", BodyPublishers.noBody(), "If-Match", now));
        refused(ErrorCode.NOT_FOUND, "", ana.get("/api/rooms/whole"));
        refused(ErrorCode.CONFLICT, "", ana.post("/api/rooms", "{\"id\":\"whole\"}"));
    }

    @Test
    void theSameKeyCreatesOnlyOneRoom() {
        var body = BodyPublishers.ofString("{\"kind\":\"private\",\"name\":\"Us\"}");
        var first = ana.ask("POST", "/api/rooms", body, "Idempotency-Key", "k-1");
        var again = ana.ask("POST", "/api/rooms", body, "Idempotency-Key", "k-1");
        done(201, first);
        done(201, again);
        assertEquals(first.body(), again.body());
        refused(
                ErrorCode.CONFLICT,
                "key",
                ana.ask("POST", "/api/rooms", BodyPublishers.ofString("{}"), "Idempotency-Key", "k-1"));
        var room = "/api/rooms/" + first.body().path("id").asText();
        refused(ErrorCode.NOT_FOUND, "", ben.get(room));
        done(204, ana.delete(room));
        refused(ErrorCode.NOT_FOUND, "", ana.ask("POST", "/api/rooms", body, "Idempotency-Key", "k-1"));
    }

    @Test
    void membersAreAddedPromotedMutedAndBanned() {
        var room = room();
        done(204, ana.put(room + "/members/ben", ""));
        done(204, ana.patch(room + "/members/ben", "{\"role\":\"moderator\"}"));
        assertEquals("moderator", ben.get(room).body().path("role").asText());
        done(204, ben.put(room + "/mutes/eva", "{\"reason\":\"noise\"}"));
        refused(ErrorCode.FORBIDDEN, "", ben.put(room + "/mutes/ana", ""));
        done(204, ben.put(room + "/bans/eva", "{\"until\":" + (System.currentTimeMillis() + 60_000) + "}"));
        var barred = ben.get(room + "/barred").body().path("items");
        assertEquals("eva", barred.at("/0/user").asText(), barred.toString());
        assertTrue(
                barred.at("/0/mutedUntil").asLong()
                        > barred.at("/0/bannedUntil").asLong(),
                barred.toString());
        refused(ErrorCode.FORBIDDEN, "banned", as(PROVIDER.token("eva")).get(room));
        done(204, ben.delete(room + "/bans/eva"));
        done(204, ben.delete(room + "/mutes/eva"));
        assertEquals(0, ben.get(room + "/barred").body().path("items").size());
        done(204, ben.delete(room + "/members/ben"));
        refused(ErrorCode.FORBIDDEN, "", ben.get(room + "/barred"));
        refused(ErrorCode.CONFLICT, "", ana.delete(room + "/members/ana"));
    }

    @Test
    void aLongListOfMembersHasPages() {
        var room = room();
        var expected = new TreeSet<>(List.of("ana"));
        for (int i = 0; i < 600; i++) {
            ana.put(room + "/members/user-" + i, "").ok();
            expected.add("user-" + i);
        }
        var members = new TreeSet<String>();
        var cursors = new ArrayList<String>();
        for (var cursor = ""; cursors.isEmpty() || !cursor.isEmpty(); ) {
            var page = ana.get(room + "/members?limit=50" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .ok()
                    .body();
            page.path("items").forEach(one -> members.add(one.path("user").asText()));
            cursor = page.path("next").asText();
            cursors.add(cursor);
        }
        assertEquals(expected, members);
        assertTrue(cursors.size() > 5, cursors.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a|b:c}", "50%", "x/y", "+ plus", "d\u00fcrian \ud83d\ude00", "?#[]@"})
    void aUserOfAnyIdCanBeAMember(String user) {
        var room = room();
        var path = room + "/members/" + URLEncoder.encode(user, UTF_8).replace("+", "%20");
        done(204, ana.put(path, ""));
        var members = new TreeSet<String>();
        ana.get(room + "/members")
                .body()
                .path("items")
                .forEach(one -> members.add(one.path("user").asText()));
        assertEquals(new TreeSet<>(List.of("ana", user)), members);
        done(204, ana.delete(path));
    }

    @Test
    void twoUsersHaveOneDirectRoom() {
        var mine = ana.put("/api/direct/ben", "");
        var bens = ben.put("/api/direct/ana", "");
        done(200, mine);
        done(200, bens);
        assertEquals(mine.body().path("id"), bens.body().path("id"));
        assertEquals("direct", bens.body().path("kind").asText());
        assertTrue(ben.get("/api/rooms")
                .body()
                .toString()
                .contains(bens.body().path("id").asText()));
        refused(ErrorCode.BAD_REQUEST, "user: ", ana.put("/api/direct/ana", ""));
    }

    // ---- refusals

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "the body is null | POST | /api/rooms | null",
                "id: | POST | /api/rooms | {\"id\":\"R!\"}",
                "id: | POST | /api/rooms | {\"id\":\"r.mine\"}",
                "id: | POST | /api/rooms | {\"id\":\"secret\",\"kind\":\"private\"}",
                "id: | POST | /api/rooms | {\"id\":5}",
                "kind: | POST | /api/rooms | {\"kind\":\"direct\"}",
                "name: | POST | /api/rooms | {\"name\":5}",
                "name: | POST | /api/rooms | {\"name\":\"a\\u0000\"}",
                "topic: | POST | /api/rooms | {\"topic\":\"\\ud800\"}",
                "slowModeSeconds: | POST | /api/rooms | {\"slowModeSeconds\":-1}",
                "slowModeSeconds: | POST | /api/rooms | {\"slowModeSeconds\":1.5}",
                "slowModeSeconds: | POST | /api/rooms | {\"slowModeSeconds\":18446744073709551616}",
                "readOnly: | POST | /api/rooms | {\"readOnly\":\"yes\"}",
                "keepDays: | POST | /api/rooms | {\"keepDays\":99999999}",
                "missing | POST | /api/rooms | []",
                "not well-formed | POST | /api/rooms | {\"id\":",
                "history: | PATCH | /api/rooms/refusals | {\"history\":\"some\"}",
                "room: | GET | /api/rooms/R! | ``",
                "limit: | GET | /api/rooms?limit=0 | ``",
                "limit: | GET | /api/rooms?limit= | ``",
                "limit: | GET | /api/rooms?limit=201 | ``",
                "limit: | GET | /api/rooms?limit=many | ``",
                "cursor: | GET | /api/rooms?cursor=x | ``",
                "user: | PUT | /api/rooms/refusals/members/%20 | ``",
                "user: | PUT | /api/rooms/refusals/members/a%00 | ``",
                "role: | PATCH | /api/rooms/refusals/members/ben | {\"role\":\"king\"}",
                "role: | PATCH | /api/rooms/refusals/members/ben | {\"role\":\"admin\"}",
                "role: | PATCH | /api/rooms/refusals/members/ben | {}",
                "until: | PUT | /api/rooms/refusals/bans/ben | {\"until\":1}",
                "until: | PUT | /api/rooms/refusals/mutes/ben | {\"until\":\"soon\"}",
                "reason: | PUT | /api/rooms/refusals/bans/ben | {\"reason\":5}",
                "reason: | DELETE | /api/rooms/refusals/members/ben?reason=%07 | ``",
            })
    void theAnswerToABadRequestNamesTheWrongField(String detail, String method, String path, String body) {
        ana.post("/api/rooms", "{\"id\":\"refusals\"}");
        refused(ErrorCode.BAD_REQUEST, detail, ana.ask(method, path, BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "Idempotency-Key"})
    void theAnswerToAMalformedHeaderNamesIt(String name) {
        var method = name.equals("If-Match") ? "DELETE" : "POST";
        var path = name.equals("If-Match") ? room() : "/api/rooms";
        refused(ErrorCode.BAD_REQUEST, name + ": ", ana.ask(method, path, BodyPublishers.noBody(), name, "x y"));
        refused(ErrorCode.BAD_REQUEST, name + ": ", ana.ask(method, path, BodyPublishers.noBody(), name, ""));
    }

    @Test
    void unknownPathsAndMethodsKeepTheirStatus() {
        refused(ErrorCode.NOT_FOUND, "path: ", ana.get("/api/none"));
        refused(ErrorCode.NOT_FOUND, "path: ", ana.get("/api/rooms/x/none"));
        refused(ErrorCode.NOT_FOUND, "", ana.get("/api/rooms/none"));
        refused(405, "bad_request", "", ana.post("/api/rooms/x", "{}"));
        refused(405, "bad_request", "", ana.delete("/api/commands"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/none", "/api/rooms", "/api/rooms/x", "/api/commands"})
    void withoutATokenNobodyLearnsWhichPathsExist(String path) {
        for (var one : List.of(nobody, as("x"), as(PROVIDER.token("ana") + "x"))) {
            for (var method : List.of("GET", "POST", "DELETE", "OPTIONS")) {
                var answer = one.ask(method, path, BodyPublishers.noBody());
                refused(ErrorCode.UNAUTHORIZED, "", answer);
                assertTrue(header(answer, "WWW-Authenticate").startsWith("Bearer"), answer.toString());
            }
        }
    }

    /** If the path were normalized, the request would reach another resource: instead of a member, the room. */
    @Test
    void aSegmentOfDotsDoesNotLeadToAnotherResource() {
        for (var dots : List.of("%2E%2E", "%2e.", ".%2E", "%2E")) {
            var answer = ana.delete("/api/rooms/dotted/members/" + dots);
            assertEquals(400, answer.status(), dots);
            assertEquals("bad_request", answer.code(), dots);
        }
    }
}
