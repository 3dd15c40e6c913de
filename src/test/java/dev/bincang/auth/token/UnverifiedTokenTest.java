package dev.bincang.auth.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.auth.token.BadToken.Fault;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnverifiedTokenTest {

    private static final int MAX = 16_384;
    private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"one\"}";
    private static final String CLAIMS = "{\"iss\":\"https://id.example\",\"sub\":\"ana\",\"exp\":99}";

    private static String token(String header, String claims) {
        return base64(header) + "." + base64(claims) + ".c2ln";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private static Fault fault(String token) {
        return assertThrows(BadToken.class, () -> UnverifiedToken.read(token, MAX))
                .fault();
    }

    @Test
    void aTokenSaysWhoIssuedItAndByWhichKey() {
        var token = UnverifiedToken.read(token(HEADER, CLAIMS), MAX);
        assertEquals("https://id.example", token.issuer());
        assertEquals("RS256", token.algorithm());
        assertEquals("one", token.keyId());
        assertFalse(token.encrypted());
    }

    @Test
    void aMissingOrNullClaimIsNull() {
        var token =
                UnverifiedToken.read(token("{\"alg\":\"RS256\"}", "{\"iss\":null,\"groups\":null,\"exp\":null}"), MAX);
        assertNull(token.issuer());
        assertNull(token.keyId());
    }

    @Test
    void anEncryptedTokenHidesItsClaims() {
        var token = UnverifiedToken.read(base64(HEADER) + ".a.b.c.d", MAX);
        assertNull(token.issuer());
        assertTrue(token.encrypted());
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 1_000, 6_000})
    void aTokenThatIsNestedDeeplyIsRefused(int depth) {
        var nested = "[".repeat(depth) + "]".repeat(depth);
        assertEquals(Fault.MALFORMED, fault(token(HEADER, "{\"iss\":" + nested + "}")));
        assertEquals(Fault.MALFORMED, fault(token(HEADER, "{\"other\":" + nested + "}")));
        assertEquals(Fault.MALFORMED, fault(token("{\"alg\":\"RS256\",\"kid\":" + nested + "}", CLAIMS)));
    }

    @Test
    void aLongTokenIsRefusedBeforeItIsRead() {
        assertEquals(Fault.TOO_LONG, fault(".".repeat(MAX + 1)));
        assertEquals(Fault.MALFORMED, fault(".".repeat(MAX)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"iss\":5}",
                "{\"iss\":{}}",
                "{\"iss\":[\"bincang\"]}",
                "{\"sub\":7}",
                "{\"sub\":[\"ana\"]}",
                "{\"exp\":\"99\"}",
                "{\"iat\":{}}",
                "{\"nbf\":true}",
                "{\"aud\":{\"a\":1}}",
                "{\"aud\":[1]}",
                "{\"groups\":{\"bincang-admin\":true}}",
                "{\"groups\":5}",
                "{\"groups\":[{}]}",
                "{\"jti\":1}",
                "{\"iss\":\"a\",\"iss\":\"bincang\"}",
                "{\"iss\":\"a\"} {}",
                "[]",
                "\"text\"",
                "",
                "{",
            })
    void claimsOfAWrongTypeAreRefused(String claims) {
        assertEquals(Fault.MALFORMED, fault(token(HEADER, claims)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"alg\":5}",
                "{\"alg\":null}",
                "{\"alg\":[\"RS256\"]}",
                "{\"alg\":\"RS256\",\"kid\":5}",
                "{\"alg\":\"RS256\",\"kid\":{}}",
                "[]"
            })
    void aHeaderOfAWrongTypeIsRefused(String header) {
        assertEquals(Fault.MALFORMED, fault(token(header, CLAIMS)));
    }

    @Test
    void aKeyIdHasAMaximumLength() {
        assertEquals(Fault.MALFORMED, fault(token("{\"alg\":\"RS256\",\"kid\":\"" + "x".repeat(513) + "\"}", CLAIMS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b", "a.b.c.d", "*.*.*", "e30.e30", "\u0000", "😀.😀.😀"})
    void aTextThatIsNoTokenIsRefused(String text) {
        assertEquals(Fault.MALFORMED, fault(text));
    }

    @Test
    void theTextOfATokenIsNotInTheLog() {
        var text = token(HEADER, CLAIMS);
        assertFalse(UnverifiedToken.read(text, MAX).toString().contains(text.substring(0, 20)));
    }
}
