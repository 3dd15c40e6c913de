package dev.bincang.deploy;

import static dev.bincang.testing.Waits.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.NodeClient;
import dev.bincang.testing.process.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Many clients in one process of Node ({@code crowd.js}). This class is their Service: it chooses the pods for new
 * connections.
 */
final class Crowd implements AutoCloseable {

    private static final int USERS = 10;
    private static final int A_ROOM = 10;

    private final NodeClient node;
    private final int size;

    /**
     * Starts the clients; none connects before {@link #ready}.
     *
     * @param smart clients of clients/javascript, over all transports
     * @param bare minimal clients that can only reconnect
     */
    Crowd(IdentityProvider provider, int smart, int bare) {
        size = smart + bare;
        node = new NodeClient(
                "src/test/resources/deploy/crowd.js",
                Map.of(
                        "TOKENS",
                        IntStream.range(0, USERS)
                                .mapToObj(i -> provider.token(
                                        "user-" + i, claims -> claims.setExpirationTimeMinutesInTheFuture(60)))
                                .collect(Collectors.joining(" ")),
                        "SMART",
                        Integer.toString(smart),
                        "BARE",
                        Integer.toString(bare),
                        "ROOMS",
                        Integer.toString(Math.max(1, size / A_ROOM))));
    }

    /** New connections go to these pods from now on. */
    void ready(List<Pod> pods) {
        node.send("ready "
                + pods.stream().map(pod -> Integer.toString(pod.port())).collect(Collectors.joining(" ")));
    }

    void join() {
        node.send("bare");
        await().alias("all clients are connected")
                .atMost(Duration.ofMinutes(2))
                .until(() -> tell().path("joined").asInt() == size);
    }

    /** Sends this number of messages per second in total. */
    void send(int rate) {
        node.send("send " + rate);
    }

    /** What has happened since the last call, and the current state. */
    JsonNode tell() {
        var before = node.reports("joined").size();
        node.send("tell");
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofMinutes(2))
                .until(() -> node.reports("joined").size() > before);
        return node.reports("joined").getLast();
    }

    @Override
    public void close() {
        node.close();
    }
}
