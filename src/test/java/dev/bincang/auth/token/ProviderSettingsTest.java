package dev.bincang.auth.token;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.jwt.KeyFormat;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderSettingsTest {

    private static final String LOCATION = "https://id.example/jwks";

    private final Map<String, String> settings = new HashMap<>(Map.of("mp.jwt.verify.publickey.location", LOCATION));
    private final JWTAuthContextInfo info = new JWTAuthContextInfo();

    ProviderSettingsTest() {
        info.setPublicKeyLocation(LOCATION);
        info.setIssuedBy("https://id.example");
        info.setExpectedAudience(Set.of("bincang"));
    }

    @SuppressWarnings("unchecked")
    private ProviderSettings settings() {
        var source = (Instance<JWTAuthContextInfo>)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Instance.class}, (_, method, _) -> {
                    assertEquals("get", method.getName());
                    return info;
                });
        return new ProviderSettings(
                new SmallRyeConfigBuilder().withDefaultValues(settings).build(), source);
    }

    private String refusal() {
        return assertThrows(ConfigurationException.class, () -> settings().read())
                .getMessage();
    }

    @Test
    void aProviderWithIssuerAndAudienceIsAccepted() {
        assertTrue(settings().configured());
        assertDoesNotThrow(() -> settings().read());
    }

    @Test
    void withoutAKeyThereIsNoProviderAndNothingToCheck() {
        settings.clear();
        info.setIssuedBy(null);
        assertFalse(settings().configured());
        assertDoesNotThrow(() -> settings().read());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void issuerAndAudienceMustBeSet(boolean issuer) {
        if (issuer) {
            info.setIssuedBy(null);
        } else {
            info.setExpectedAudience(null);
        }
        var refusal = refusal();
        assertTrue(refusal.contains("mp.jwt.verify.issuer"), refusal);
        assertTrue(refusal.contains("mp.jwt.verify.audiences"), refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"smallrye.jwt.verify.algorithm", "mp.jwt.verify.publickey.algorithm"})
    void anUnknownAlgorithmIsReportedWithTheKnownOnes(String name) {
        settings.put(name, "RS257");
        var refusal = refusal();
        assertTrue(refusal.startsWith(name + "=RS257: must be one of "), refusal);
        assertTrue(refusal.contains("RS256") && refusal.contains("ES256") && refusal.contains("EDDSA"), refusal);
        for (var algorithm : new String[] {"RS256", "ES256", "EDDSA"}) {
            settings.put(name, algorithm);
            assertDoesNotThrow(() -> settings().read());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mp.jwt.verify.clock.skew,-1",
        "mp.jwt.verify.clock.skew,a minute",
        "mp.jwt.verify.token.age,1h",
        "smallrye.jwt.jwks.refresh-interval,0",
        "smallrye.jwt.jwks.refresh-interval,60s",
    })
    void anInvalidNumberIsReported(String name, String value) {
        settings.put(name, value);
        var refusal = refusal();
        assertTrue(refusal.startsWith(name + "=" + value + ": must be a whole number of "), refusal);
    }

    @Test
    void keysAtAUrlMustBeAJwks() {
        info.setKeyFormat(KeyFormat.PEM_KEY);
        assertTrue(refusal().contains("smallrye.jwt.verify.key-format"));
        info.setKeyFormat(KeyFormat.JWK);
        info.setVerifyCertificateThumbprint(true);
        assertTrue(refusal().contains("certificateThumbprint"));
        info.setVerifyCertificateThumbprint(false);
        info.setDecryptionKeyLocation("https://id.example/key");
        assertTrue(refusal().contains("mp.jwt.decrypt.key.location"));
    }
}
