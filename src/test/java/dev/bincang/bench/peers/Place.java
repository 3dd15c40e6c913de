package dev.bincang.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where one server of a peer runs.
 *
 * @param redis the port of the Redis that all servers share
 * @param directory for its files; no other server uses it
 */
record Place(int port, int redis, Path directory) {
    /** Copies a file of {@code /bench/peers} to this place. {@code values} replace each <code>${name}</code> in it. */
    Path copy(String resource, Map<String, Object> values) throws IOException {
        String text;
        try (InputStream in = Place.class.getResourceAsStream("/bench/peers/" + resource)) {
            text = new String(in.readAllBytes(), UTF_8);
        }
        for (Map.Entry<String, Object> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue().toString());
        }
        return Files.writeString(directory.resolve(resource), text);
    }

    /** The values that every configuration needs. */
    Map<String, Object> values() {
        return Map.of("port", port, "redis", redis);
    }
}
