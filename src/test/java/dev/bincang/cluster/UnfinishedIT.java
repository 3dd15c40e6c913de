package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static dev.bincang.testing.client.RawHttp.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.client.RawHttp;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What all clients together may make a pod keep by bodies and messages that they do not finish. */
class UnfinishedIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.http.request-time", "60s")
            .with("bincang.http.bodies", "1M")
            .with("bincang.connection.unfinished", "256K")
            .with("bincang.connection.hello-timeout", "60s");

    private static final String BODIES = "bincang_unfinished_body_bytes";
    private static final String MESSAGES = "bincang_unfinished_message_bytes";

    @AfterAll
    static void nothingWasAnError() {
        CLUSTER.pod(0).assertSound();
    }

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    @Test
    void unfinishedBodiesHaveABoundInAll() throws IOException {
        var token = Http.guest(port(), "Ana").token();
        var head = "POST /api/commands HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\nAuthorization: Bearer "
                + token + "\r\nContent-Length: 256000\r\n\r\n";
        var open = new ArrayList<RawHttp>();
        try {
            for (int i = 0; i < 4; i++) {
                open.add(new RawHttp(port()));
                open.getLast().send(head + " ".repeat(250_000));
                var held = 250_000.0 * (i + 1);
                await().until(() -> CLUSTER.pod(0).metric(BODIES) == held);
            }
            open.add(new RawHttp(port()));
            open.getLast().send(head + " ".repeat(250_000));
            assertEquals(503, open.getLast().answer().status());
            assertEquals(1_000_000, CLUSTER.pod(0).metric(BODIES));
        } finally {
            for (var one : open) {
                one.close();
            }
        }
        await().until(() -> RawHttp.ask(port(), head.replace("256000", "20") + "{\"type\":\"x\",\"req\":1}")
                        .status()
                == 400);
        await().until(() -> CLUSTER.pod(0).metric(BODIES) == 0);
    }

    /** A half for those who have not said hello, so that they keep nobody else from sending. */
    @Test
    void unfinishedMessagesHaveABoundInAll() throws IOException {
        var open = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 6; i++) { // 20,000 of 131,072 bytes each
                open.add(RawClient.stranger(port()));
                open.getLast().wire().send(0x01, true, new byte[20_000]);
                var held = 20_000.0 * (i + 1);
                await().until(() -> CLUSTER.pod(0).metric(MESSAGES) == held);
            }
            try (var stranger = RawClient.stranger(port())) {
                stranger.wire().send(0x01, true, new byte[20_000]);
                assertEquals(4100, stranger.closeCode());
            }
            open.add(RawClient.guest(port()));
            open.getLast().bytes("82 ff 00 00 00 00 00 01 86 a0 00 00 00 00"); // a frame of 100,000 bytes
            open.getLast().wire().write(new byte[99_000], 99_000);
            await().until(() -> CLUSTER.pod(0).metric(MESSAGES) == 120_000 + 14 + 99_000);
            var closed = CLUSTER.pod(0).metric("bincang_closes_total");
            try (var guest = RawClient.guest(port())) {
                guest.wire().send(0x01, true, new byte[60_000]);
                assertEquals(4100, guest.closeCode());
                assertEquals(closed + 1, CLUSTER.pod(0).metric("bincang_closes_total"));
            }
            try (var guest = RawClient.guest(port())) { // what is finished needs no room
                assertEquals("ok", guest.ask(RawClient.PING).path("type").asText());
            }
        } finally {
            open.forEach(RawClient::close);
        }
        await().until(() -> CLUSTER.pod(0).metric(MESSAGES) == 0);
        try (var guest = RawClient.guest(port())) {
            guest.wire().send(0x01, true, new byte[60_000]);
            guest.frames("80");
            assertEquals("too_large", guest.answer().path("code").asText());
        }
    }
}
