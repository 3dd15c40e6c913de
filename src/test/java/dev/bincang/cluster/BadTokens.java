package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bincang.testing.process.IdentityProvider;
import java.util.Base64;

/** Tokens that a pod behind an identity provider refuses. */
final class BadTokens {

    private BadTokens() {}

    /** A token with this text as payload and an invalid signature. */
    static String saying(String payload, IdentityProvider provider) {
        return base64("{\"alg\":\"RS256\",\"kid\":\"" + provider.key().getKeyId() + "\"}") + "." + base64(payload)
                + ".c2ln";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    /** A token with one fault, named like the label of the metric. */
    static String because(String fault, IdentityProvider provider) {
        var ours = provider.key().getKeyId();
        var evil = new IdentityProvider();
        try (evil) {
            var another = evil.key().getPrivateKey();
            return switch (fault) {
                case "issuer" -> provider.token("ana", claims -> claims.setIssuer("https://evil.example"));
                case "audience" -> provider.token("ana", claims -> claims.setAudience("another"));
                case "expired" -> provider.token("ana", claims -> claims.setExpirationTimeMinutesInTheFuture(-5));
                case "not_yet_valid" -> provider.token("ana", claims -> claims.setNotBeforeMinutesInThePast(-5));
                case "signature" -> IdentityProvider.sign("ana", _ -> {}, "RS256", another, ours);
                case "algorithm" -> IdentityProvider.sign("ana", _ -> {}, "none", null, ours);
                case "unknown_key" -> IdentityProvider.sign("ana", _ -> {}, "RS256", another, "unknown");
                case "claims" -> provider.token("ana", claims -> claims.unsetClaim("iat"));
                case "user" -> provider.token("..");
                default -> throw new IllegalArgumentException(fault);
            };
        }
    }
}
