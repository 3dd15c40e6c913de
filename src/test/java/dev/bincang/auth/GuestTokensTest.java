package dev.bincang.auth;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.token.BadToken;
import dev.bincang.auth.token.UnverifiedToken;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class GuestTokensTest {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    @Inject
    Keys keys;

    @Inject
    GuestTokens tokens;

    @Inject
    Authenticator authenticator;

    @Inject
    Links links;

    @Inject
    RedisDataSource redis;

    @BeforeEach
    void waitUntilThePodKnowsItsSecrets() {
        await().until(links::up);
        await().untilAsserted(() ->
                assertEquals(version(), keyId(now(tokens.issue("Ana")).token())));
    }

    @Test
    void aTokenIdentifiesTheSameGuest() {
        var ana = now(tokens.issue("Ana"));

        assertEquals("Ana", ana.user().name());
        assertEquals(ana, verified(ana.token()));
        assertEquals(ana, now(authenticator.authenticate(ana.token(), null, "here")));
        assertEquals(ana, now(authenticator.authenticate(ana.token(), "Somebody else", "here")), "the token wins");
    }

    @Test
    void twoGuestsOfOneNameAreTwoUsers() {
        var ids = new HashSet<String>();
        for (int i = 0; i < 100; i++) {
            ids.add(now(tokens.issue("Ana")).user().id());
        }

        assertEquals(100, ids.size());
        assertTrue(ids.stream().allMatch(id -> id.startsWith("guest:")));
    }

    @Test
    void aNameIsKeptUnchanged() {
        for (var name : List.of("Žofie", "你好", "\ud83d\ude80", "\"quoted\\\"", "a.b.c", "<b>", "  inner  space")) {
            var guest = now(tokens.issue(name));
            assertEquals(
                    new User(guest.user().id(), name), verified(guest.token()).user());
        }
    }

    @Test
    void anAlteredTokenIsRefused() {
        var parts = now(tokens.issue("Ana")).token().split("\\.", -1);
        var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        var forged = BASE64.encodeToString(claims.replace("Ana", "Eva").getBytes(StandardCharsets.UTF_8));
        assertNotEquals(parts[1], forged);

        assertUnauthorized(parts[0] + "." + forged + "." + parts[2]);
        assertUnauthorized(parts[0] + "." + parts[1] + "." + flipped(parts[2]));
        assertUnauthorized(parts[0] + "." + parts[1] + ".");
        assertUnauthorized(parts[0] + "." + parts[1]);
    }

    @Test
    void aTextThatIsNoTokenIsRefused() {
        for (var token :
                List.of("", " ", ".", "..", "...", "a.b.c", "null", "\u0000", "e30.e30.", "x".repeat(10_000))) {
            assertUnauthorized(token);
        }
    }

    @Test
    void aTokenWithAForeignSignatureIsRefused() throws JoseException {
        assertUnauthorized(signed(new byte[32], AlgorithmIdentifiers.HMAC_SHA256, _ -> {}));
    }

    @Test
    void anUnsignedTokenIsRefused() throws JoseException {
        var claims = signed(secret(), AlgorithmIdentifiers.HMAC_SHA256, _ -> {}).split("\\.", -1)[1];
        for (var algorithm : List.of("none", "None", "NONE", "")) {
            var header = BASE64.encodeToString(
                    "{\"alg\":\"%s\"}".formatted(algorithm).getBytes(StandardCharsets.UTF_8));
            assertUnauthorized(header + "." + claims + ".");
            assertUnauthorized(header + "." + claims + ".c2ln");
        }
    }

    @Test
    void anotherAlgorithmIsRefusedEvenWithOurSecret() throws JoseException {
        var key = new byte[64];
        System.arraycopy(secret(), 0, key, 0, 32);

        assertUnauthorized(signed(key, AlgorithmIdentifiers.HMAC_SHA512, _ -> {}));
    }

    @Test
    void anExpiredTokenIsRefused() throws JoseException {
        assertUnauthorized(signed(
                secret(), AlgorithmIdentifiers.HMAC_SHA256, claims -> claims.setExpirationTimeMinutesInTheFuture(-1)));
    }

    @Test
    void aTokenIsNotValidLongerThanTheCurrentSettingAllows() throws JoseException {
        assertUnauthorized(signed(secret(), AlgorithmIdentifiers.HMAC_SHA256, claims -> {
            var issued = NumericDate.now();
            issued.addSeconds(-Duration.ofDays(31).toSeconds());
            claims.setIssuedAt(issued);
        }));
    }

    /** As {@code /dev/token} makes tokens. */
    @Test
    void aTokenSignedWithTheKeyOfDevModeBelongsToTheProvider() {
        var token = Jwt.subject("ana")
                .claim("name", "Ana")
                .groups("bincang-admin")
                .expiresIn(60)
                .sign();

        var ana = now(authenticator.authenticate(token, null, "here"));

        assertEquals(new User("ana", "Ana"), ana.user());
        assertTrue(ana.admin());
    }

    @Test
    void aTokenWithoutExpiryIssuerOrSubjectIsRefused() throws JoseException {
        for (var claim : List.of("exp", "iss", "sub")) {
            assertUnauthorized(signed(secret(), AlgorithmIdentifiers.HMAC_SHA256, claims -> claims.unsetClaim(claim)));
        }
        assertUnauthorized(
                signed(secret(), AlgorithmIdentifiers.HMAC_SHA256, claims -> claims.setIssuer("somebody else")));
    }

    @Test
    void theForgedTokensAreValidApartFromTheirFault() throws JoseException {
        var forged = verified(signed(secret(), AlgorithmIdentifiers.HMAC_SHA256, _ -> {}));

        assertEquals(new User("guest:forged", "Eva"), forged.user());
    }

    @Test
    void aHelloWithoutTokenAndNameIsRefused() {
        assertEquals(ErrorCode.UNAUTHORIZED, refused(authenticator.authenticate(null, null, "here")));
    }

    @Test
    void aNameIsTrimmedAndMustBeValid() {
        assertEquals(
                "Ana",
                now(authenticator.authenticate(null, "  Ana ", "here")).user().name());
        for (var name : List.of("", "   ", "a\nb", "a\u0000", "\ud83d", "x".repeat(65))) {
            assertEquals(ErrorCode.BAD_REQUEST, refused(authenticator.authenticate(null, name, "here")), name);
        }
    }

    @Test
    void aNameHasNoInvisibleCharacters() {
        for (var name : List.of("\u200b", "A\u200bna", "\u202eanA", "Ana\u2066", "\u3164", "\u00a0", "A\u00adna")) {
            assertEquals(ErrorCode.BAD_REQUEST, refused(authenticator.authenticate(null, name, "here")), name);
        }
    }

    static String keyId(String token) {
        return UnverifiedToken.read(token, 16_384).keyId();
    }

    private byte[] secret() {
        now(tokens.issue("whoever makes the secret be there"));
        return secret(version());
    }

    private String version() {
        return redis.hash(String.class).hget(keys.guestSecrets(), "current");
    }

    private byte[] secret(String version) {
        return Base64.getDecoder().decode(redis.hash(String.class).hget(keys.guestSecrets(), version));
    }

    /** A guest's token like ours, changed by {@code change}. */
    static String signed(byte[] key, String algorithm, Consumer<JwtClaims> change) throws JoseException {
        var claims = new JwtClaims();
        claims.setIssuer("bincang");
        claims.setSubject("guest:forged");
        claims.setStringClaim("name", "Eva");
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(10);
        change.accept(claims);
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKey(new HmacKey(key));
        signature.setPayload(claims.toJson());
        return signature.getCompactSerialization();
    }

    private static String flipped(String signature) {
        return (signature.charAt(0) == 'A' ? 'B' : 'A') + signature.substring(1);
    }

    private void assertUnauthorized(String token) {
        assertThrows(BadToken.class, () -> verified(token), token);
        assertEquals(ErrorCode.UNAUTHORIZED, refused(authenticator.authenticate(token, null, token)), token);
    }

    private Identity verified(String token) {
        return now(tokens.verify(UnverifiedToken.read(token, 16_384)));
    }

    private static ErrorCode refused(Uni<?> uni) {
        return assertThrows(Refusal.class, () -> now(uni)).code();
    }

    static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }
}
