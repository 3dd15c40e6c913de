package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.process.IdentityProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged server by HTTP: blocks, reports, names and pictures. The second pod answers what the first one was told. */
class PeopleIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2).behind(PROVIDER).with("bincang.rooms.open", "false");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static Http as(int pod, String token) {
        return new Http(CLUSTER.pod(pod).port(), token);
    }

    private static Http as(String user) {
        return as(0, PROVIDER.token(user));
    }

    @Test
    void blocksAreListedOnEveryPod() {
        var eva = PROVIDER.token("eva");
        assertEquals(204, as(0, eva).put("/api/users/me/blocks/b%2Fn", "").status());
        assertEquals(204, as(1, eva).put("/api/users/me/blocks/b%2Fn", "").status());
        assertEquals(
                "{\"items\":[\"b/n\"]}",
                as(1, eva).get("/api/users/me/blocks").ok().body().toString());
        assertEquals(400, as(0, eva).put("/api/users/me/blocks/eva", "").status());
        assertEquals(400, as(0, eva).get("/api/users/me/blocks?cursor=x").status());
        assertEquals(204, as(1, eva).delete("/api/users/me/blocks/b%2Fn").status());
        assertEquals(
                "{\"items\":[]}",
                as(0, eva).get("/api/users/me/blocks").ok().body().toString());
    }

    @Test
    void aReportIsMadeSeenClaimedAndResolved() {
        var owner = as("owner");
        var room = owner.post("/api/rooms", "{}").ok().body().path("id").asText();
        var message = as("ana").say(room, "buy this");
        var command = "{\"type\":\"report\",\"req\":1,\"room\":\"" + room + "\",\"target\":\"" + message
                + "\",\"reason\":\"spam\"}";
        var made = as("ben").post("/api/commands", command).ok().body();
        assertEquals("ok", made.path("type").asText());
        assertEquals(false, made.path("duplicate").asBoolean(true));
        var again =
                as(1, PROVIDER.token("ben")).post("/api/commands", command).ok().body();
        assertEquals(made.path("report"), again.path("report"));
        assertEquals(true, again.path("duplicate").asBoolean());

        var reports = "/api/rooms/" + room + "/reports";
        var report = "/" + made.path("report").asText();
        assertEquals(403, as("ben").get(reports).status());
        assertEquals(400, owner.get(reports + "?state=x").status());
        assertEquals(204, owner.post(reports + report + "/claim", "").status());
        assertEquals(
                409,
                as(0, PROVIDER.admin("root"))
                        .post(reports + report + "/claim", "")
                        .status());
        assertEquals(400, owner.post(reports + report + "/resolve", "{}").status());
        assertEquals(
                204,
                owner.post(reports + report + "/resolve", "{\"outcome\":\"warned\"}")
                        .status());
        var listed = as(1, PROVIDER.token("owner"))
                .get(reports + "?state=resolved")
                .ok()
                .body()
                .at("/items/0");
        assertEquals("buy this", listed.at("/message/text").asText());
        assertEquals("message", listed.at("/message/type").asText());
        assertEquals("resolved", listed.path("state").asText());
        assertEquals("ben", listed.at("/by/id").asText());
        assertEquals("owner", listed.at("/handler/id").asText());
        assertEquals("warned", listed.path("outcome").asText());
        var history = "{\"type\":\"history\",\"req\":1,\"room\":\"r.reports\",\"limit\":1}";
        var told = as(1, PROVIDER.admin("root"))
                .post("/api/commands", history)
                .ok()
                .body()
                .at("/events/0");
        assertEquals(listed.path("message"), told.path("message"));
        assertEquals(404, owner.post("/api/commands", history).status());
    }

    @Test
    void namesAndPicturesAreThoseOfTheTokens() {
        var picture = "https://pictures.example/mia.png";
        as(0, PROVIDER.token("mia", claims -> {
                    claims.setStringClaim("name", "Mia");
                    claims.setStringClaim("picture", picture);
                }))
                .get("/api/rooms")
                .ok();
        as(0, PROVIDER.token("noa", claims -> {
                    claims.setStringClaim("name", "Noa");
                    claims.setStringClaim("picture", "http://pictures.example/noa.png");
                }))
                .get("/api/rooms")
                .ok();
        var asker = as(1, PROVIDER.token("asker"));
        await().until(() -> asker.get("/api/users?ids=noa,nobody,mia")
                .ok()
                .body()
                .toString()
                .equals("{\"users\":[{\"id\":\"noa\",\"name\":\"Noa\"},{\"id\":\"mia\",\"name\":\"Mia\",\"picture\":\""
                        + picture + "\"}]}"));
        assertEquals(400, asker.get("/api/users").status());
        assertEquals(400, asker.get("/api/users?ids=a,,b").status());
        assertEquals(401, as(1, "").get("/api/users?ids=mia").status());
    }
}
