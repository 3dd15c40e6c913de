package dev.bincang.cluster;

import static dev.bincang.testing.client.RawHttp.HOST;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawHttp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What all clients together may make a pod keep by bodies that they do not finish. */
class UnfinishedIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.http.request-time", "2s")
            .with("bincang.http.bodies", "1M");


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
            }
            open.add(new RawHttp(port()));
            open.getLast().send(head + " ".repeat(250_000));
            var statuses = new ArrayList<Integer>();
            for (var one : open) {
                statuses.add(one.answer().status());
            }
            assertEquals(1, Collections.frequency(statuses, 503), statuses.toString());
            assertEquals(4, Collections.frequency(statuses, 408), statuses.toString());
        } finally {
            for (var one : open) {
                one.close();
            }
        }
        await().until(() -> RawHttp.ask(port(), head.replace("256000", "20") + "{\"type\":\"x\",\"req\":1}")
                        .status()
                == 400);
    }
}
