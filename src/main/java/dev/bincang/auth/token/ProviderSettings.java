package dev.bincang.auth.token;

import dev.bincang.BincangConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.jwt.KeyFormat;
import io.smallrye.jwt.KeyProvider;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the identity provider's settings, {@code mp.jwt.*} and {@code smallrye.jwt.*}. A value that makes no sense is a
 * {@link ConfigurationException}: it stops the start and names the setting.
 */
@Singleton
public class ProviderSettings {

    private static final List<String> KEYS = List.of(
            "mp.jwt.verify.publickey",
            "mp.jwt.verify.publickey.location",
            "smallrye.jwt.verify.key.location",
            "smallrye.jwt.verify.secretkey");
    private static final List<String> ALGORITHMS =
            List.of("mp.jwt.verify.publickey.algorithm", "smallrye.jwt.verify.algorithm");
    private static final List<String> SECONDS = List.of("mp.jwt.verify.clock.skew", "mp.jwt.verify.token.age");
    private static final List<String> MINUTES = List.of("smallrye.jwt.jwks.refresh-interval");
    private static final Set<KeyFormat> JWKS = Set.of(KeyFormat.ANY, KeyFormat.JWK);

    private final Config all;
    private final boolean configured;
    private final Instance<JWTAuthContextInfo> source;

    ProviderSettings(Config all, Instance<JWTAuthContextInfo> source) {
        this.all = all;
        this.source = source;
        configured = KEYS.stream().anyMatch(this::isSet);
    }

    /** Whether there is a key to verify tokens with. */
    public boolean configured() {
        return configured;
    }

    /** The settings as SmallRye reads them. Throws a {@link ConfigurationException}. */
    public JWTAuthContextInfo read() {
        ALGORITHMS.forEach(this::checkAlgorithm);
        SECONDS.forEach(name -> checkNumber(name, 0, "seconds"));
        MINUTES.forEach(name -> checkNumber(name, 1, "minutes"));
        try {
            var info = source.get();
            check(info);
            return info;
        } catch (ConfigurationException e) {
            throw e;
        } catch (RuntimeException e) { // SmallRye throws several kinds for a missing or malformed file
            throw new ConfigurationException(
                    "The settings mp.jwt.* and smallrye.jwt.* cannot be used: " + lastMessage(e), e);
        }
    }

    private void check(JWTAuthContextInfo info) {
        if (!configured) {
            return;
        }
        if (isBlank(info.getIssuedBy())
                || info.getExpectedAudience() == null
                || info.getExpectedAudience().isEmpty()) {
            throw new ConfigurationException("An identity provider is set, so mp.jwt.verify.issuer and"
                    + " mp.jwt.verify.audiences must be set too: the issuer (iss) as the provider writes it, and the"
                    + " audience (aud) that its tokens for Bincang have. Otherwise tokens for other applications would"
                    + " be accepted.");
        }
        if (info.getKeyProvider() != KeyProvider.DEFAULT) {
            throw new ConfigurationException("smallrye.jwt.verify.key-provider: only DEFAULT is supported");
        }
        if (jwks(info) != null && (!JWKS.contains(info.getKeyFormat()) || info.isVerifyCertificateThumbprint())) {
            throw new ConfigurationException("What mp.jwt.verify.publickey.location has at a URL is read as a JWKS:"
                    + " leave smallrye.jwt.verify.key-format at ANY or JWK and"
                    + " smallrye.jwt.verify.certificateThumbprint at false, or give the key as a file");
        }
        if (isRemote(info.getDecryptionKeyLocation())) {
            throw new ConfigurationException("mp.jwt.decrypt.key.location: must be a file, not a URL");
        }
    }

    /** The keys that the provider serves. Null if the key is in the settings, in a file or in a key store. */
    public @Nullable ProviderKeys keys(JWTAuthContextInfo info, BincangConfig config)
            throws IOException, UnresolvableKeyException {
        var location = jwks(info);
        return location == null ? null : new ProviderKeys(location, info, config);
    }

    private static @Nullable String jwks(JWTAuthContextInfo info) {
        var location = info.getPublicKeyLocation();
        return isRemote(location) ? location : null;
    }

    private static boolean isRemote(@Nullable String location) {
        return location != null && (location.startsWith("http:") || location.startsWith("https:"));
    }

    private void checkAlgorithm(String name) {
        if (!isSet(name)) {
            return;
        }
        try {
            all.getOptionalValues(name, SignatureAlgorithm.class);
        } catch (IllegalArgumentException _) {
            var valid = Stream.of(SignatureAlgorithm.values())
                    .map(SignatureAlgorithm::name)
                    .collect(Collectors.joining(", "));
            throw new ConfigurationException(name + "=" + value(name) + ": must be one of " + valid);
        }
    }

    private void checkNumber(String name, int least, String unit) {
        if (!isSet(name)) {
            return;
        }
        try {
            if (Integer.parseInt(value(name)) >= least) {
                return;
            }
        } catch (NumberFormatException _) {
            // refused below, like a number that is too small
        }
        throw new ConfigurationException(
                name + "=" + value(name) + ": must be a whole number of " + unit + ", at least " + least);
    }

    private boolean isSet(String name) {
        return !isBlank(value(name));
    }

    private String value(String name) {
        var value = all.getConfigValue(name).getValue();
        return value == null ? "" : value.strip();
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static String lastMessage(Throwable failure) {
        var message = String.valueOf(failure.getMessage());
        for (var cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            message = String.valueOf(cause.getMessage());
        }
        return message;
    }
}
