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
import java.util.Optional;

/**
 * Centrifugo with its Redis engine: two processes with one Go processor each. It is on PATH, or {@code bench.centrifugo}
 * names it. Its JSON protocol is used. Redis keeps a history of each channel, and a subscriber knows its position in
 * it, so Centrifugo keeps a log as Bincang does.
 *
 * <p>The generator checks the offsets of a channel, which rise by one, and each publisher's order by the stamp in the
 * text. A client that publishes gets an answer, but no offset, and a message that is sent again is a second message.
 */
final class Centrifugo implements Peer {
    private static final String NAME = "centrifugo";
    private static final String PROGRAM = "bench.centrifugo";

    @Override
    public Optional<String> missing() {
        return program().isPresent()
                ? Optional.empty()
                : Optional.of("no program " + NAME + " on PATH or in " + PROGRAM);
    }

    private static Optional<Path> program() {
        return Programs.named(PROGRAM).filter(Files::isExecutable).or(() -> Programs.onPath(NAME));
    }

    @Override
    public List<String> version() {
        return List.of(program().orElseThrow().toString(), "version");
    }

    @Override
    public Dialect dialect() {
        return new Dialect(_ -> "/connection/websocket", ChannelTalk::new);
    }

    @Override
    public List<String> command(Place place) throws IOException {
        String configuration = place.copy("centrifugo.json", place.values()).toString();
        return List.of("env", "GOMAXPROCS=1", program().orElseThrow().toString(), "-c", configuration);
    }

    /** A frame has one or more lines. Each is a reply, a push, or the ping {@code {}}. */
    private record ChannelTalk(Client client) implements Talk {
        private static final byte[] PUBLICATION = "{\"push\":{\"channel\":".getBytes(UTF_8);
        private static final byte[] OFFSET = "\"offset\":".getBytes(UTF_8);
        private static final byte[] PUBLISHED = "\"publish\":{}".getBytes(UTF_8);
        private static final int CONNECT = 1;
        private static final int SUBSCRIBE = 2;

        @Override
        public void begin() throws IOException {
            client.text("{\"id\":" + CONNECT + ",\"connect\":{}}\n{\"id\":" + SUBSCRIBE
                    + ",\"subscribe\":{\"channel\":\"r" + client.room() + "\"}}");
        }

        @Override
        public String message(long number, String text) {
            return "{\"id\":" + (number + SUBSCRIBE) + ",\"publish\":{\"channel\":\"r" + client.room()
                    + "\",\"data\":\"" + text + "\"}}";
        }

        @Override
        public void frame(Scan scan) throws IOException {
            scan.lines(() -> line(scan));
        }

        private void line(Scan scan) throws IOException {
            if (scan.startsWith(PUBLICATION)) {
                client.numbered(scan.past(OFFSET) ? scan.number() : -1);
                client.message(scan);
            } else if (scan.past(PUBLISHED)) {
                client.acknowledged();
            } else {
                other(scan.text());
            }
        }

        private void other(String line) throws IOException {
            if (line.equals("{}")) {
                client.text("{}");
            } else if (line.startsWith("{\"id\":" + SUBSCRIBE + ",\"subscribe\":{")
                    && line.contains("\"recoverable\":true")) {
                client.greeted();
            } else if (!line.startsWith("{\"id\":" + CONNECT + ",\"connect\":{")) {
                client.refused(line);
            }
        }
    }
}
