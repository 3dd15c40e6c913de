package dev.bincang.redis.setup;

import io.quarkus.arc.Unremovable;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A certificate must be for the host that is asked, however TLS is configured: {@code
 * quarkus.redis.tls.hostname-verification-algorithm} decides for a configuration of the TLS registry too, whose own
 * default is to take any name.
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
