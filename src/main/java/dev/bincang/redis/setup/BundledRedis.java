package dev.bincang.redis.setup;

import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.inject.Singleton;
import java.io.IOException;
import redis.embedded.core.ExecutableProvider;

/**
 * The {@code redis-server} in the embedded-redis library. The packaged application does not contain the library, and a
 * native image links all reachable code. So no code in a native image may refer to this class.
 */
@Singleton
@IfBuildProfile(anyOf = {"dev", "test"})
class BundledRedis {

    /** Unpacks the binary and returns its path. */
    String binary() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().getPath();
        } catch (IOException e) {
            throw EmbeddedRedis.refused("the bundled redis-server cannot be unpacked: " + e.getMessage());
        }
    }
}
