package dev.bincang.redis.setup;

import io.quarkus.arc.Unremovable;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the options that Quarkus makes of {@code quarkus.redis.*}, so that a client can be made for each server.
 *
 * <p>Checks that a certificate is for the host name of the address, however TLS is configured. {@code
 * quarkus.redis.tls.hostname-verification-algorithm} also applies to a configuration of the TLS registry, whose own
 * default accepts any name.
 */
@Singleton
@Unremovable
public class ClientOptions implements RedisOptionsCustomizer {

    private static final String NONE = "NONE";

    private final String algorithm;
    private volatile @Nullable RedisOptions made;

    ClientOptions(@ConfigProperty(name = "quarkus.redis.tls.hostname-verification-algorithm") String algorithm) {
        this.algorithm = algorithm;
    }

    @Override
    public void customize(String client, RedisOptions options) {
        options.getNetClientOptions()
                .setHostnameVerificationAlgorithm(algorithm.equalsIgnoreCase(NONE) ? "" : algorithm);
        made = options;
    }

    /** The options. Fails if Quarkus has not made its client yet. */
    public RedisOptions options() {
        var options = made;
        if (options == null) {
            throw new IllegalStateException("no client for Redis was made");
        }
        return options;
    }
}
