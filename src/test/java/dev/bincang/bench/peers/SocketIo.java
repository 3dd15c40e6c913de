package dev.bincang.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bincang.bench.Client;
import dev.bincang.bench.Dialect;
import dev.bincang.bench.Scan;
import dev.bincang.bench.Talk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Socket.IO 4 with its Redis adapter: two node processes, and only WebSocket. {@code bench.socketio} names the folder
 * that contains {@code node_modules}.
 *
 * <p>Socket.IO promises less than Bincang: a message is delivered at most once. Nothing is stored, the sender gets no
 * acknowledgement, a message has no number, and a server sends to its own clients before other servers know the
 * message. Two publishers of a room may be seen in a different order. So the generator checks each publisher's order
 * and completeness by the stamp in the text.
 */
final class SocketIo implements Peer {
    private static final String FOLDER = "bench.socketio";

    @Override
    public Optional<String> missing() {
        if (Programs.onPath("node").isEmpty()) {
            return Optional.of("no node on PATH");
        }
        Optional<Path> modules = modules();
        if (modules.isEmpty()) {
            return Optional.of(FOLDER + " names no folder");
        }
        return List.of("socket.io", "@socket.io/redis-adapter", "redis").stream()
                .filter(module -> !Files.isDirectory(modules.get().resolve(module)))
                .findFirst()
                .map(module -> "no " + module + " in the node_modules of " + FOLDER);
    }

    private static Optional<Path> modules() {
        return Programs.named(FOLDER).map(folder -> folder.resolve("node_modules"));
    }

    private static List<String> node() {
        return List.of("env", "NODE_PATH=" + modules().orElseThrow(), "NODE_ENV=production", "node");
    }

    @Override
    public List<String> version() {
        String script = "['socket.io', 'redis'].map(name => name + ' ' + require(name + '/package.json').version)"
                + ".concat('node ' + process.version).join(', ')";
        return Programs.join(node(), "-p", script);
    }

    @Override
    public Dialect dialect() {
        return new Dialect(_ -> "/socket.io/?EIO=4&transport=websocket", PacketTalk::new);
    }

    @Override
    public List<String> command(Place place) throws IOException {
        String script = place.copy("socketio.cjs", Map.of()).toString();
        return Programs.join(node(), script, Integer.toString(place.port()), Integer.toString(place.redis()));
    }

    /**
     * The packets of Engine.IO 4 and Socket.IO 5, as text frames. The first digit is Engine.IO's: 0 open, 2 ping, 3 pong,
     * 4 message. The second is Socket.IO's: 0 connect, 2 event, 3 the answer to an event.
     */
    private record PacketTalk(Client client) implements Talk {
        private static final byte[] EVENT = "42[\"message\",".getBytes(UTF_8);

        /** Engine.IO's server speaks first. */
        @Override
        public void begin() {}

        @Override
        public String message(long number, String text) {
            return "42[\"send\",\"r" + client.room() + "\",\"" + text + "\"]";
        }

        @Override
        public void frame(Scan scan) throws IOException {
            if (scan.startsWith(EVENT)) {
                client.message(scan);
                return;
            }
            String packet = scan.text();
            if (packet.equals("2")) {
                client.text("3");
            } else if (packet.startsWith("0{")) {
                client.text("40");
            } else if (packet.startsWith("40{")) {
                client.text("420[\"join\",\"r" + client.room() + "\"]");
            } else if (packet.equals("430[]")) {
                client.greeted();
            } else {
                client.refused(packet);
            }
        }
    }
}
