package dev.bincang.redis.setup;

import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.inject.Singleton;
import java.io.IOException;
import redis.embedded.core.ExecutableProvider;

/**
 * The {@code redis-server} that the embedded-redis library carries. The library is no part of what is packaged, and a
 * native image is linked as a whole: so nothing there may lead here.
 */
@Singleton
@IfBuildProfile(anyOf = {"dev", "test"})
class BundledRedis {

    /** Unpacks it. */
    String binary() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().getPath();
        } catch (IOException e) {
            throw EmbeddedRedis.refused("the bundled redis-server cannot be unpacked: " + e.getMessage());
        }
    }
}
