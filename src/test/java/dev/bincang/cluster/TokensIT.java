package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.Pod;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid tokens: what they cost a pod, and what the pod reports. The pod logs at the lowest level. */
class TokensIT {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final int GUESTS = 5;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .behind(PROVIDER)
            .with("quarkus.log.level", "DEBUG")
            .with("bincang.auth.keys-interval", "2s")
            .with("bincang.auth.keys-timeout", "1m") // far longer than any step takes, also on a busy machine
            .with("bincang.limits.guests-per-minute", Integer.toString(GUESTS))
            .with("bincang.limits.bad-tokens-per-minute", "10000");

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    private static JsonNode hello(String token) {
        try (var client = RawClient.stranger(port())) {
            return client.ask("{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\"}");
        }
    }

    private static String bearerProtocol(String token) {
        var protocol = URLEncoder.encode("quarkus-http-upgrade#Authorization#Bearer " + token, UTF_8);
        return "Sec-WebSocket-Protocol: bincang.v1, " + protocol.replace("+", "%20") + "\r\n";
    }

    /** The code of the answer, for each way to send a token. */
    private static List<String> codes(String token) {
        try (var upgraded = RawClient.stranger(port(), bearerProtocol(token));
                var in = RawClient.stranger(port(), "Authorization: Bearer " + PROVIDER.token("ana") + "\r\n")) {
            in.ask("{\"type\":\"hello\",\"req\":1}");
            return List.of(
                    hello(token).path("code").asText(),
                    upgraded.ask("{\"type\":\"hello\",\"req\":1}").path("code").asText(),
                    in.ask("{\"type\":\"auth\",\"req\":2,\"token\":\"" + token + "\"}")
                            .path("code")
                            .asText(),
                    new Http(port(), token).get("/api/rooms").code());
        }
    }

    private static final List<String> UNAUTHORIZED =
            List.of("unauthorized", "unauthorized", "unauthorized", "unauthorized");

    private static double refused(String reason) {
        return CLUSTER.pod(0).metric("bincang_tokens_refused_total{reason=\"" + reason + "\"}");
    }

    @Test
    void aDeeplyNestedTokenIsCheapAndUnauthorized() {
        var before = refused("malformed");
        var deep = BadTokens.saying("{\"iss\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}", PROVIDER);
        assertEquals(UNAUTHORIZED, codes(deep));
        assertEquals(before + 4, refused("malformed"));
        var deeper = BadTokens.saying("{\"iss\":" + "[".repeat(7_000) + "]".repeat(7_000) + "}", PROVIDER);
        assertEquals("unauthorized", hello(deeper).path("code").asText());
        assertTrue(refused("too_long") > 0);
        assertFalse(CLUSTER.pod(0).log().contains("StackOverflowError"));
    }

    @Test
    void claimsOfAWrongTypeAreUnauthorizedEvenWithAValidSignature() {
        for (Map.Entry<String, Object> claim : Map.<String, Object>of(
                        "groups", Map.of("bincang-admin", true),
                        "sub", List.of("ana"),
                        "aud", Map.of("bincang", 1),
                        "iat", "now",
                        "exp", Map.of())
                .entrySet()) {
            var token = PROVIDER.token("ana", claims -> claims.setClaim(claim.getKey(), claim.getValue()));
            assertEquals(UNAUTHORIZED, codes(token), claim.toString());
        }
        for (var name : List.of(List.of("x"), "\u202eevil", "\u200b", 5)) {
            var odd = PROVIDER.token("ana", claims -> claims.setClaim("name", name));
            assertEquals("ana", hello(odd).at("/user/name").asText(), "an invalid name is not shown");
        }
        assertFalse(CLUSTER.pod(0).log().contains("internal error"));
    }

    /** Encrypted for no one: {"alg":"RSA-OAEP","enc":"A128GCM"}, {"alg":"dir","enc":[]}. */
    @Test
    void anEncryptedTokenIsUnauthorizedIfThereIsNoKey() {
        for (var header : List.of("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ", "eyJhbGciOiJkaXIiLCJlbmMiOltdfQ")) {
            assertEquals(UNAUTHORIZED, codes(header + ".a.b.c.d"));
        }
        assertFalse(CLUSTER.pod(0).log().contains("internal error"));
    }

    @ParameterizedTest
    @CsvSource({
        "issuer",
        "audience",
        "expired",
        "not_yet_valid",
        "signature",
        "algorithm",
        "unknown_key",
        "claims",
        "user",
        "ticket"
    })
    void anOperatorSeesWhyATokenIsRefused(String reason) {
        var before = refused(reason);
        assertEquals("unauthorized", refuse(reason), reason);
        assertEquals(before + 1, refused(reason), reason);
        await().until(() -> CLUSTER.pod(0).log().contains("a token was refused: "));
    }

    @Test
    void aTokenIsValidForThirtyDaysAtMost() {
        var before = refused("expired");
        var token = PROVIDER.token("ana", claims -> {
            var issued = NumericDate.now();
            issued.addSeconds(-Duration.ofDays(31).toSeconds());
            claims.setIssuedAt(issued);
            claims.setExpirationTimeMinutesInTheFuture(60);
        });
        assertEquals("unauthorized", hello(token).path("code").asText());
        assertEquals(before + 1, refused("expired"));
    }

    private static String refuse(String reason) {
        return reason.equals("ticket")
                ? new Http(port(), "")
                        .get("/api/rooms?ticket=" + "x".repeat(24))
                        .code()
                : hello(BadTokens.because(reason, PROVIDER)).path("code").asText();
    }

    @Test
    void anIdThatChangesAPathOrIsInvisibleIsRefused() {
        for (var id : List.of(".", "..")) {
            assertEquals(UNAUTHORIZED, codes(PROVIDER.token(id)));
        }
        var owner = new Http(port(), PROVIDER.token("owner"));
        var room = owner.post("/api/rooms", "{}").ok().body().path("id").asText();
        var name = "{\"name\":\"a\\u202eb\"}";
        assertEquals(400, owner.patch("/api/rooms/" + room, name).status(), "a name that turns the text beside it");
        for (var path : List.of("/members/%2e%2e", "/bans/%2e%2e", "/mutes/%2e", "/bans/..")) {
            assertEquals(400, owner.put("/api/rooms/" + room + path, "").status(), path);
            assertEquals(400, owner.delete("/api/rooms/" + room + path).status(), path);
        }
        assertEquals(200, owner.get("/api/rooms/" + room).status(), "the room is still there");
    }

    /** Far more tokens than threads; the provider answers no request until all valid tokens were answered. */
    @Test
    void aHangingProviderDelaysNoKnownKeyAndANewKeyIsFoundAfterwards() {
        var evil = new IdentityProvider();
        try (evil;
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            hello(PROVIDER.token("ana"));
            PROVIDER.hang();
            var hanging = PROVIDER.fetches() + 1;
            var flood = IntStream.range(0, 215)
                    .mapToObj(i -> IdentityProvider.sign(
                            "ana", _ -> {}, "RS256", evil.key().getPrivateKey(), "unknown-" + i))
                    .map(token -> CompletableFuture.supplyAsync(
                            () -> new Http(port(), token).get("/api/rooms").code(), threads))
                    .toList();
            await().until(() -> PROVIDER.fetches() == hanging);
            for (int i = 0; i < 20; i++) {
                assertEquals(
                        "welcome", hello(PROVIDER.token("ana")).path("type").asText());
            }
            assertTrue(flood.stream().noneMatch(CompletableFuture::isDone), "valid tokens waited for the provider");
            PROVIDER.rotate();
            PROVIDER.answer();
            var codes = flood.stream().map(CompletableFuture::join).distinct().toList();
            assertEquals(List.of("unauthorized"), codes);
            await().atMost(Duration.ofMinutes(2))
                    .until(() ->
                            hello(PROVIDER.token("ben")).path("type").asText().equals("welcome"));
        } finally {
            PROVIDER.answer();
        }
    }

    @Test
    void theNewGuestsOfAnAddressAreLimitedWithAWaitingTime() {
        var codes = new ArrayList<String>();
        for (int i = 0; i <= GUESTS; i++) {
            codes.add(new Http(port(), "")
                    .post("/api/guests", "{\"name\":\"Ana\"}")
                    .code());
        }
        assertTrue(codes.contains(""), codes.toString());
        var last = new Http(port(), "").post("/api/guests", "{\"name\":\"Ana\"}");
        assertEquals(429, last.status());
        assertTrue(Integer.parseInt(last.headers().firstValue("Retry-After").orElseThrow()) > 0);
        try (var client = RawClient.stranger(port())) {
            var answer = client.ask("{\"type\":\"hello\",\"req\":1,\"guest\":\"Ana\"}");
            assertEquals("rate_limited", answer.path("code").asText());
            assertTrue(answer.path("retryAfterMs").asLong() > 0, answer.toString());
            assertEquals(4101, client.closeCode());
        }
        assertEquals("welcome", hello(PROVIDER.token("ana")).path("type").asText(), "a user has a token");
    }

    /** At DEBUG, in our log lines and those of libraries. */
    @Test
    void noTokenIsInTheLog() {
        var evil = new IdentityProvider();
        var tokens = new ArrayList<String>();
        try (evil) {
            tokens.add(PROVIDER.token("ana"));
            tokens.add(IdentityProvider.sign(
                    "ana",
                    _ -> {},
                    "RS256",
                    evil.key().getPrivateKey(),
                    PROVIDER.key().getKeyId()));
            tokens.add(IdentityProvider.sign("ana", _ -> {}, "RS256", evil.key().getPrivateKey(), "nobody-knows-it"));
            tokens.add(PROVIDER.token("ana", claims -> claims.setExpirationTimeMinutesInTheFuture(-5)));
            tokens.add(PROVIDER.token("ana", claims -> claims.setAudience("another")));
        }
        tokens.forEach(TokensIT::codes);
        var ana = new Http(port(), tokens.getFirst());
        for (int i = 0; i < 2; i++) {
            var ticket = ana.post("/api/tickets", "").ok().body().path("ticket").asText();
            tokens.add(ticket);
            assertEquals(
                    200, new Http(port(), "").get("/api/rooms?ticket=" + ticket).status());
            assertEquals(
                    401, new Http(port(), "").get("/api/rooms?ticket=" + ticket).status());
        }
        var log = CLUSTER.pod(0).log();
        assertTrue(log.contains(" DEBUG "), "the pod does not log at DEBUG");
        for (var token : tokens) {
            var secret = token.substring(token.lastIndexOf('.') + 1); // the signature, or the whole ticket
            log.lines().filter(line -> line.contains(secret)).findFirst().ifPresent(line -> {
                throw new AssertionError("in the log: " + line);
            });
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aProviderWithoutIssuerAndAudienceStopsTheStart() {
        var settings = Map.of("mp.jwt.verify.publickey.location", PROVIDER.jwks());
        try (var pod = Pod.start("open", CLUSTER.redis().port(), settings)) {
            await().atMost(Duration.ofSeconds(40)).until(() -> !pod.running());
            assertTrue(pod.log().contains("mp.jwt.verify.issuer and mp.jwt.verify.audiences must be set"), pod.log());
        }
    }
}
