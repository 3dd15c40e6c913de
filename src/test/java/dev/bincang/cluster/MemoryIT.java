package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pod has little memory, and many connections cost as much as they can. */
class MemoryIT {

    private static final int HEAP = 128 << 20;
    /** How much the resident memory may grow: the heap, which is not all touched at first, and the bounded buffers. */
    private static final long GROWTH = HEAP + (64 << 20);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1).with("-Xmx", "128m");

    private static final String HEAD =
            " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ";

    private final List<RawHttp> open = new ArrayList<>();

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    @AfterEach
    void thePodHasMemoryLeft() throws IOException {
        for (var one : open) {
            one.close();
        }
        assertTrue(CLUSTER.pod(0).live());
        assertFalse(CLUSTER.pod(0).log().contains("OutOf"), CLUSTER.pod(0)::log);
        assertFalse(CLUSTER.pod(0).log().contains("ERROR"), CLUSTER.pod(0)::log);
    }

    /** A client whose kernel takes little more than it has read. */
    private RawHttp connect() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
        open.add(new RawHttp(socket));
        return open.getLast();
    }

    /** A room whose page of history has 200 KB. */
    private static String room() {
        var room = CLUSTER.scene().room();
        var owner = Http.guest(port(), "Owner");
        for (int i = 0; i < 50; i++) {
            owner.say(room, "x".repeat(4_000));
        }
        return room;
    }

    private static String histories(Http who, String room, int count) {
        var history = "{\"type\":\"history\",\"req\":1,\"room\":\"" + room + "\",\"limit\":50}";
        var body = "[" + String.join(",", Collections.nCopies(count, history)) + "]";
        return "POST /api/commands" + HEAD + body.length() + "\r\nAuthorization: Bearer " + who.token() + "\r\n\r\n"
                + body;
    }

    @Test
    void fiveHundredSlowBodiesAreRefusedBeforeTheyArrive() throws IOException {
        var before = CLUSTER.pod(0).rss();
        for (int i = 0; i < 500; i++) {
            connect().send("POST /api/guests" + HEAD + "255000\r\n\r\n{");
        }
        for (var one : open) {
            assertEquals(413, one.answer().status());
        }
        var grown = CLUSTER.pod(0).rss() - before;
        assertTrue(grown < GROWTH, grown + " bytes");
        Http.guest(port(), "Ana").say("general", "hi");
    }

    /** Of a length that is not declared, each as long as it may be. */
    @Test
    void fiveHundredBodiesThatNeverEndAreHeldUpToTheirBound() throws IOException {
        for (int i = 0; i < 500; i++) {
            connect()
                    .send("POST /api/guests" + HEAD.replace("Content-Length: ", "Transfer-Encoding: chunked\r\n\r\n")
                            + "f00\r\n" + " ".repeat(0xf00));
        }
        Http.guest(port(), "Ana").say("general", "hi");
    }

    @Test
    void fortyWhoPipelineArraysOfHistoriesAndReadNothingAreBounded() throws IOException {
        var room = room();
        var before = CLUSTER.pod(0).rss();
        for (int i = 0; i < 40; i++) {
            connect().send(histories(Http.guest(port(), "G" + i), room, 40).repeat(3));
        }
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            Http.guest(port(), "Ana").say("general", "hi");
            assertEquals(0, busy(), "requests that wait for Redis");
        });
        var grown = CLUSTER.pod(0).rss() - before;
        assertTrue(grown < GROWTH, grown + " bytes");
    }

    private double answered = -1;

    /** Zero when no more commands are run than the time before. */
    private int busy() {
        var before = answered;
        answered = CLUSTER.pod(0).metric("bincang_commands_total");
        return answered - before < 3 ? 0 : 1; // the one who asks runs one of each kind
    }

    /** Some answers each, of which the kernel takes the first: the others are more than fit into the memory. */
    @Test
    void twoHundredWhoDoNotReadTheirAnswersAreClosedWhenTheyHoldTooMuch() throws IOException {
        var room = room();
        var greedy = Http.guest(port(), "Greedy");
        var before = CLUSTER.pod(0).rss();
        for (int i = 0; i < 200; i++) {
            var one = connect();
            one.send(histories(greedy, room, 6).repeat(4));
            one.begun();
        }
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            Http.guest(port(), "Ana").say("general", "hi");
            assertEquals(0, busy(), "requests that wait for Redis");
        });
        var grown = CLUSTER.pod(0).rss() - before;
        assertTrue(grown < GROWTH, grown + " bytes");

        for (var one : open) {
            one.close();
        }
        await().ignoreExceptions()
                .untilAsserted(() -> assertEquals(
                        200, RawHttp.ask(port(), histories(greedy, room, 6)).status()));
    }
}
