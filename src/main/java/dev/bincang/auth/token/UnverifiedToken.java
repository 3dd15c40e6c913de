package dev.bincang.auth.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bincang.auth.token.BadToken.Fault;
import java.io.IOException;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says before its signature is verified. Nothing in it can be trusted. It serves two purposes: to find the
 * key, and to protect the JWT libraries from unexpected input. It refuses a token that is too long, nested too deeply,
 * or has a field of a wrong type (RFC 7515 section 4.1, RFC 7519 section 4.1).
 *
 * @param text the whole token
 * @param algorithm {@code alg} in the header
 * @param keyId {@code kid} in the header; null if there is none
 * @param issuer {@code iss}; null if there is none or it cannot be read
 * @param encrypted whether its claims can be read only after decryption (RFC 7516)
 */
public record UnverifiedToken(
        String text,
        String algorithm,
        @Nullable String keyId,
        @Nullable String issuer,
        boolean encrypted) {

    /** The parts of a signed token: header, payload, signature. */
    private static final int SIGNED = 3;
    /** The parts of an encrypted token: header, key, initialization vector, ciphertext, tag. */
    private static final int ENCRYPTED = 5;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_KEY_ID = 512;
    private static final Set<String> TEXT_CLAIMS = Set.of("iss", "sub", "jti", "upn", "preferred_username");
    private static final Set<String> TIME_CLAIMS = Set.of("exp", "iat", "nbf");
    private static final Set<String> LIST_CLAIMS = Set.of("aud", "groups");

    private static final ObjectReader JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .build()
            .readerFor(JsonNode.class);

    /**
     * Reads a token. Fails with {@link BadToken}.
     *
     * @param maxLength in characters
     */
    public static UnverifiedToken read(String token, long maxLength) {
        if (token.length() > maxLength) {
            throw new BadToken(Fault.TOO_LONG);
        }
        var parts = token.split("\\.", -1);
        if (parts.length != SIGNED && parts.length != ENCRYPTED) {
            throw malformed();
        }
        var header = object(parts[0]);
        var algorithm = text(header, "alg");
        var keyId = text(header, "kid");
        if (algorithm == null || (keyId != null && keyId.length() > MAX_KEY_ID)) {
            throw malformed();
        }
        var encrypted = parts.length == ENCRYPTED;
        return new UnverifiedToken(token, algorithm, keyId, encrypted ? null : issuer(object(parts[1])), encrypted);
    }

    private static @Nullable String issuer(JsonNode claims) {
        TEXT_CLAIMS.forEach(claim -> text(claims, claim));
        for (var claim : TIME_CLAIMS) {
            if (claims.hasNonNull(claim) && !claims.get(claim).isNumber()) {
                throw malformed();
            }
        }
        for (var claim : LIST_CLAIMS) {
            if (claims.hasNonNull(claim) && !isTextOrList(claims.get(claim))) {
                throw malformed();
            }
        }
        return text(claims, "iss");
    }

    private static boolean isTextOrList(JsonNode claim) {
        if (!claim.isArray()) {
            return claim.isTextual();
        }
        for (var one : claim) {
            if (!one.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String text(JsonNode object, String field) {
        var value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw malformed();
        }
        return value.textValue();
    }

    private static JsonNode object(String part) {
        byte[] json;
        try {
            json = Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException _) {
            throw malformed();
        }
        try (JsonParser parser = JSON.createParser(json)) {
            JsonNode node = JSON.readTree(parser);
            if (node == null || !node.isObject() || parser.nextToken() != null) {
                throw malformed();
            }
            return node;
        } catch (JsonProcessingException _) {
            throw malformed();
        } catch (IOException e) {
            throw new IllegalStateException(e); // cannot happen: it is read from memory
        }
    }

    private static BadToken malformed() {
        return new BadToken(Fault.MALFORMED);
    }

    /** Does not contain the token, so it may be logged. */
    @Override
    public String toString() {
        return "token by " + algorithm;
    }
}
