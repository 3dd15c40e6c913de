package dev.bincang.redis.setup;

import io.quarkus.arc.Unremovable;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Checks that a certificate is for the host name of the address, however TLS is configured. {@code
 * quarkus.redis.tls.hostname-verification-algorithm} also applies to a configuration of the TLS registry, whose own
 * default accepts any name.
 */
@Singleton
@Unremovable
class HostNames implements RedisOptionsCustomizer {

    private static final String NONE = "NONE";

    private final String algorithm;

    HostNames(@ConfigProperty(name = "quarkus.redis.tls.hostname-verification-algorithm") String algorithm) {
        this.algorithm = algorithm;
    }

    @Override
    public void customize(String client, RedisOptions options) {
        options.getNetClientOptions()
                .setHostnameVerificationAlgorithm(algorithm.equalsIgnoreCase(NONE) ? "" : algorithm);
    }
}
