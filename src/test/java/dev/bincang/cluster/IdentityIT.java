package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.Promptness;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.client.RawHttp;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.Pod;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod with an identity provider: who is accepted, for how long, and from which pages. */
class IdentityIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.auth.guests", "false")
            .with("bincang.http.origins", "self,https://chat.example")
            .with("bincang.connection.ping-interval", "1s")
            .with("mp.jwt.verify.publickey.location", PROVIDER.jwks())
            .with("mp.jwt.verify.issuer", IdentityProvider.ISSUER)
            .with("mp.jwt.verify.audiences", IdentityProvider.AUDIENCE)
            .with("mp.jwt.verify.clock.skew", "1");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static RawClient stranger() {
        return RawClient.stranger(CLUSTER.pod(0).port());
    }

    private static String token(String user) {
        return PROVIDER.token(user, _ -> {});
    }

    private static JsonNode hello(RawClient client, String token) {
        return client.ask("{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\"}");
    }

    private static JsonNode auth(RawClient client, String token) {
        return client.ask("{\"type\":\"auth\",\"req\":2,\"token\":\"" + token + "\"}");
    }

    /** The head alone decides: nobody waits for a body that is not used. */
    @Test
    void ifGuestsAreOffTheBodyIsNotRead() throws IOException {
        var answer = RawHttp.ask(
                CLUSTER.pod(0).port(),
                "POST /api/guests HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n");
        assertEquals(401, answer.status());
        assertEquals("unauthorized", answer.code());
    }

    private static void refused(String token) {
        try (var client = stranger()) {
            var answer = hello(client, token);
            assertEquals("unauthorized", answer.path("code").asText(), answer.toString());
            assertEquals(4001, client.closeCode());
        }
    }

    private static Consumer<JwtClaims> endingIn(int seconds) {
        return claims -> {
            var end = NumericDate.now();
            end.addSeconds(seconds);
            claims.setExpirationTime(end);
        };
    }

    @Test
    void aTokenOfTheProviderIdentifiesItsUser() {
        try (var client = stranger()) {
            var welcome = hello(client, token("ana@id.example"));
            assertEquals(
                    "{\"id\":\"ana@id.example\",\"name\":\"Name of ana@id.example\"}",
                    welcome.path("user").toString());
            assertTrue(welcome.path("token").isMissingNode(), "it has that already");
        }
    }

    @Test
    void anInvalidNameIsNotShown() {
        try (var client = stranger()) {
            var welcome = hello(client, PROVIDER.token("ben", claims -> claims.setClaim("name", "a\r\nSet-Cookie: b")));
            assertEquals("ben", welcome.at("/user/name").asText());
        }
    }

    static Stream<Arguments> wrongClaims() {
        return Stream.of(
                bad("expired", claims -> claims.setExpirationTimeMinutesInTheFuture(-1)),
                bad("endless", claims -> claims.unsetClaim("exp")),
                bad("nobody's", claims -> claims.unsetClaim("sub")),
                bad("another issuer", claims -> claims.setIssuer("https://evil.example")),
                bad("another audience", claims -> claims.setAudience("another")),
                bad("a guest's id", claims -> claims.setSubject("guest:abc")),
                bad("the guests' issuer", claims -> claims.setIssuer("bincang")),
                bad("a long id", claims -> claims.setSubject("x".repeat(129))),
                bad("NUL in the id", claims -> claims.setSubject("a\0b")),
                bad("half a surrogate pair in the id", claims -> claims.setSubject("a\ud800")));
    }

    private static Arguments bad(String what, Consumer<JwtClaims> changes) {
        return Arguments.of(Named.of(what, changes));
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void aTokenWithWrongClaimsIsRefused(Consumer<JwtClaims> changes) {
        refused(PROVIDER.token("ana", changes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", "....", "eyJhbGciOiJub25lIn0.e30."})
    void aTextThatIsNoTokenIsRefused(String token) {
        refused(token);
    }

    @Test
    void aTokenNotSignedByTheProviderIsRefused() throws JoseException {
        RsaJsonWebKey another = RsaJwkGenerator.generateJwk(2048);
        var name = PROVIDER.key().getKeyId();
        refused(IdentityProvider.sign("ana", _ -> {}, "RS256", another.getPrivateKey(), name));
        refused(IdentityProvider.sign("ana", _ -> {}, "none", null, name));
        var pem = PROVIDER.key().getPublicKey().getEncoded();
        refused(IdentityProvider.sign("ana", _ -> {}, "HS256", new HmacKey(pem), name));
        var json = PROVIDER.key().toJson().getBytes(UTF_8);
        refused(IdentityProvider.sign("ana", _ -> {}, "HS256", new HmacKey(json), name));
    }

    @Test
    void guestsAreRefused() {
        try (var client = stranger()) {
            var answer = client.ask("{\"type\":\"hello\",\"req\":1,\"guest\":\"Ana\"}");
            assertEquals("unauthorized", answer.path("code").asText());
            assertEquals(4001, client.closeCode());
        }
    }

    @Test
    void aNewKeyOfTheProviderIsFound() {
        try (var before = stranger();
                var after = stranger()) {
            var old = token("ana");
            assertEquals("welcome", hello(before, old).path("type").asText());
            PROVIDER.rotate();
            assertEquals("welcome", hello(after, token("ana")).path("type").asText());
            refused(old);
        }
    }

    @Test
    void aFreshTokenKeepsTheConnection() {
        try (var client = stranger()) {
            hello(client, PROVIDER.token("ana", endingIn(2)));
            assertEquals("ok", auth(client, token("ana")).path("type").asText());
            for (int second = 0; second < 4; second++) {
                client.pushed("ping");
            }
            assertEquals(
                    "ok",
                    client.ask("{\"type\":\"ping\",\"req\":3}").path("type").asText());
        }
    }

    @Test
    void theTokenOfAnotherUserChangesNothing() {
        try (var client = stranger()) {
            hello(client, token("ana"));
            assertEquals("forbidden", auth(client, token("ben")).path("code").asText());
            assertEquals("unauthorized", auth(client, "x").path("code").asText());
            assertEquals(
                    "bad_request",
                    client.ask("{\"type\":\"auth\",\"req\":2}").path("code").asText());
            client.send("{\"type\":\"join\",\"req\":4,\"room\":\"mine\"}");
            assertEquals("ok", client.answer().path("type").asText());
        }
    }

    @Test
    void aUserWithoutAFreshTokenIsWarnedAndThenDisconnected() {
        try (var client = stranger()) {
            var time = Promptness.begin();
            hello(client, PROVIDER.token("ana", endingIn(3)));
            assertTrue(client.pushed("token_expiring").path("inMs").asLong() <= 3_000);
            assertEquals(4102, client.closeCode());
            var took = time.elapsed();
            assertTrue(took.toMillis() > 2_000, took.toString());
            Promptness.assertWithin(Duration.ofSeconds(6), took);
        }
    }

    @Test
    void aTokenMayComeWithTheUpgrade() {
        var port = CLUSTER.pod(0).port();
        for (var bearer : List.of("Bearer ", "bearer ", "BEARER  ")) {
            var protocol = "quarkus-http-upgrade#Authorization#" + bearer + token("ana");
            for (var header : List.of(
                    "Authorization: " + bearer + token("ana"),
                    "Sec-WebSocket-Protocol: bincang.v1, "
                            + URLEncoder.encode(protocol, UTF_8).replace("+", "%20"))) {
                try (var client = RawClient.stranger(port, header + "\r\n")) {
                    var welcome = client.ask("{\"type\":\"hello\",\"req\":1,\"guest\":\"Eva\"}");
                    assertEquals("ana", welcome.at("/user/id").asText(), header);
                }
            }
        }
        try (var client = RawClient.stranger(port, "Authorization: Bearer " + token("ana") + "x\r\n")) {
            assertEquals(
                    "unauthorized",
                    client.ask("{\"type\":\"hello\",\"req\":1}").path("code").asText());
            assertEquals(4001, client.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "https://chat.example.evil.example", "null", "http://127.0.0.1"})
    void aPageOfAForeignSiteIsRefused(String origin) {
        try (var client = RawClient.stranger(CLUSTER.pod(0).port(), "Origin: " + origin + "\r\n")) {
            assertEquals(4005, client.closeCode());
        }
    }

    @Test
    void aPageOfOurOwnOrOfATrustedSiteIsAccepted() {
        var port = CLUSTER.pod(0).port();
        for (var origin :
                new String[] {"http://127.0.0.1:" + port, "https://127.0.0.1:" + port, "https://Chat.example"}) {
            try (var client = RawClient.stranger(port, "Origin: " + origin + "\r\n")) {
                assertEquals("welcome", hello(client, token("ana")).path("type").asText(), origin);
            }
        }
    }

    /**
     * This is not the user's fault. The user is told to come back later, and the client retries until the provider
     * works.
     */
    @Test
    void whileTheProviderIsDownATokenIsNotInvalid() {
        var away = Map.of(
                "bincang.auth.guests",
                "false",
                "mp.jwt.verify.publickey.location",
                "http://127.0.0.1:1/jwks",
                "mp.jwt.verify.issuer",
                IdentityProvider.ISSUER,
                "mp.jwt.verify.audiences",
                IdentityProvider.AUDIENCE);
        try (var pod = Pod.start("early", CLUSTER.redis().port(), away)) {
            pod.awaitReady();
            try (var client = RawClient.stranger(pod.port())) {
                var answer = hello(client, token("ana"));
                assertEquals("unavailable", answer.path("code").asText(), answer.toString());
                assertEquals(4103, client.closeCode());
            }
        }
    }

    @Test
    void withoutProviderAndGuestsThePodDoesNotStart() {
        try (var pod = Pod.start("nobody", CLUSTER.redis().port(), Map.of("bincang.auth.guests", "false"))) {
            await().until(() -> pod.log().contains("Nobody could connect"));
            await().until(() -> !pod.running());
        }
    }
}
