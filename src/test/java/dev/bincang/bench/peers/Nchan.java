package dev.bincang.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bincang.bench.Dialect;
import dev.bincang.bench.PlainTalk;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nchan, a module of nginx: two nginx with one worker each. A frame is a message, in both directions. Redis keeps a
 * buffer of each channel.
 *
 * <p>Nchan promises less than Bincang: a message has no number that a client could check, the sender gets no id, and a
 * message that is sent again is a second message. There are no users. So the generator checks each publisher's order
 * and completeness only by the stamp in the text.
 */
final class Nchan implements Peer {
    private static final Path MODULES = Path.of("/usr/lib/nginx/modules");

    @Override
    public Optional<String> missing() {
        if (Programs.onPath("nginx").isEmpty()) {
            return Optional.of("no nginx on PATH");
        }
        return Files.exists(MODULES.resolve("ngx_nchan_module.so"))
                ? Optional.empty()
                : Optional.of("no nchan module in " + MODULES);
    }

    @Override
    public List<String> version() {
        return List.of("nginx", "-v");
    }

    @Override
    public Dialect dialect() {
        return new Dialect(room -> "/r/" + room, PlainTalk::new);
    }

    @Override
    public List<String> command(Place place) throws IOException {
        Map<String, Object> values = new HashMap<>(place.values());
        values.put("modules", MODULES);
        Path configuration = place.copy("nchan.conf", values);
        return List.of("nginx", "-e", "stderr", "-p", place.directory().toString(), "-c", configuration.toString());
    }

    /** An nginx listens before it is connected to Redis, and refuses clients until then. */
    @Override
    public boolean isReady(int port) throws IOException {
        URLConnection connection =
                URI.create("http://127.0.0.1:" + port + "/status").toURL().openConnection();
        connection.setReadTimeout(2_000);
        try (InputStream status = connection.getInputStream()) {
            return new String(status.readAllBytes(), US_ASCII).contains("redis connected servers: 1\n");
        }
    }
}
