package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.process.IdentityProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A removed user is out within two seconds on every pod, and nobody else is affected. */
class ExpulsionIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final int CONNECTIONS = 50;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(3).behind(PROVIDER).with("bincang.rooms.open", "false");

    private final String user = "eva-" + UUID.randomUUID();
    private final String token = PROVIDER.token(user);
    private final List<Listener> expelled = new ArrayList<>();
    private String room;
    private Listener bystander;

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @BeforeEach
    void fiftyConnectionsInAPrivateRoom() {
        room = owner().post("/api/rooms", "{\"kind\":\"private\"}")
                .ok()
                .body()
                .path("id")
                .asText();
        owner().put("/api/rooms/" + room + "/members/" + user, "").ok();
        for (int i = 0; i < CONNECTIONS; i++) {
            expelled.add(Listener.of(port(i), token, room));
        }
        bystander = Listener.of(port(1), PROVIDER.token("owner"), room);
    }

    @AfterEach
    void hangUp() {
        expelled.forEach(Listener::close);
        bystander.close();
    }

    private static int port(int number) {
        return CLUSTER.pod(number % 3).port();
    }

    private static Http owner() {
        return new Http(port(0), PROVIDER.token("owner"));
    }

    private static Http admin() {
        return new Http(port(0), PROVIDER.admin("root"));
    }

    /** Runs the action and waits until all are out, each within the limit. */
    private void outAfter(String what, Runnable call, Predicate<Listener> out) {
        var time = Promptness.begin();
        call.run();
        await().pollInterval(Duration.ofMillis(10))
                .until(() -> expelled.stream().allMatch(out));
        var slowest = time.elapsed();
        System.out.printf(
                "%s: the slowest of %d connections on 3 pods was out in %d ms%n",
                what, CONNECTIONS, slowest.toMillis());
        Promptness.assertWithin(LIMIT, slowest);
        assertEquals(0, bystander.closeCode());
    }

    private void refusedEverywhere(String with) {
        for (int pod = 0; pod < 3; pod++) {
            try (var client = RawClient.stranger(port(pod))) {
                var answer = client.ask("{\"type\":\"hello\",\"req\":1,\"token\":\"" + with + "\"}");
                assertEquals("forbidden", answer.path("code").asText(), answer.toString());
                assertEquals(4003, client.closeCode());
            }
            assertEquals(403, new Http(port(pod), with).get("/api/rooms").status());
        }
    }

    @Test
    void aUserWhoseTokensAreRevokedIsDisconnected() throws InterruptedException {
        outAfter(
                "revoked",
                () -> admin().post("/api/users/" + user + "/revoke", "").ok(),
                one -> one.closeCode() == 4003);

        assertTrue(expelled.stream()
                .allMatch(one -> one.heard("error")
                        .getLast()
                        .frame()
                        .path("code")
                        .asText()
                        .equals("forbidden")));
        refusedEverywhere(token);
        Thread.sleep(1_100); // tokens have a resolution of one second: a token of the same second is invalid too
        Listener.of(port(2), PROVIDER.token(user), room).close();
    }

    @Test
    void aUserWhoIsBannedEverywhereIsDisconnected() {
        outAfter(
                "banned from everywhere",
                () -> admin().put("/api/users/" + user + "/ban", "{\"reason\":\"enough\"}")
                        .ok(),
                one -> one.closeCode() == 4003);

        refusedEverywhere(PROVIDER.token(user));
        admin().delete("/api/users/" + user + "/ban").ok();
        await().untilAsserted(() ->
                assertEquals(200, new Http(port(2), token).get("/api/rooms").status()));
    }

    @Test
    void aRemovedMemberIsOutOfTheRoom() {
        outOfTheRoom(
                "kicked",
                () -> owner().delete("/api/rooms/" + room + "/members/" + user).ok(),
                "removed");
    }

    @Test
    void aMemberWhoIsBannedIsOutOfTheRoom() {
        outOfTheRoom(
                "banned from the room",
                () -> owner().put("/api/rooms/" + room + "/bans/" + user, "").ok(),
                "banned");
    }

    /**
     * The user's own event is the last one that they get. Then they get {@code denied}, and their connections stay
     * open.
     */
    private void outOfTheRoom(String what, Runnable call, String change) {
        outAfter(what, call, one -> !one.heard("denied").isEmpty());
        var after = bystander
                .ask("\"type\":\"send\",\"room\":\"" + room + "\",\"text\":\"ben is out\"")
                .path("id")
                .asText();
        await().until(() -> bystander.events(room).stream()
                .anyMatch(one -> one.frame().path("id").asText().equals(after)));

        for (var one : expelled) {
            assertEquals("ok", one.ask("\"type\":\"ping\"").path("type").asText());
            var last = one.events(room).getLast().frame();
            assertEquals("member", last.path("type").asText(), last.toString());
            assertEquals(change, last.path("change").asText());
        }
        var send = expelled.getFirst().ask("\"type\":\"send\",\"room\":\"" + room + "\",\"text\":\"let me in\"");
        assertEquals("not_found", send.path("code").asText(), send.toString());
    }

    @Test
    void aPodWithABrokenLinkLearnsItWhenTheLinkIsBack() {
        CLUSTER.link(2).freezeAll();
        await().until(() -> !CLUSTER.pod(2).ready());
        admin().post("/api/users/" + user + "/revoke", "").ok();
        CLUSTER.link(2).thawAll();

        await().until(() -> expelled.stream().allMatch(one -> one.closeCode() == 4003));
    }

    @Test
    void usersCanRevokeOnlyTheirOwnTokens() {
        assertEquals(
                "forbidden",
                new Http(port(0), token).post("/api/users/owner/revoke", "").code());
        assertEquals(
                "forbidden",
                new Http(port(0), token).put("/api/users/owner/ban", "").code());

        outAfter(
                "revoked by the user",
                () -> new Http(port(1), token)
                        .post("/api/users/" + user + "/revoke", "")
                        .ok(),
                one -> one.closeCode() == 4003);
    }

    @Test
    void aRevokedTokenCannotReplaceAToken() {
        var other = "ben-" + UUID.randomUUID();
        var revoked = PROVIDER.token(other, claims -> {
            var hourAgo = NumericDate.now();
            hourAgo.addSeconds(-3_600);
            claims.setIssuedAt(hourAgo);
        });
        admin().post("/api/users/" + other + "/revoke", "").ok();
        await().untilAsserted(() -> refusedEverywhere(revoked));

        assertEquals(0, expelled.getFirst().closeCode());
        var auth = expelled.getFirst().ask("\"type\":\"auth\",\"token\":\"" + revoked + "\"");
        assertEquals("forbidden", auth.path("code").asText(), auth.toString());
    }
}
