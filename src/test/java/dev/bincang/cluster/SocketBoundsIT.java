package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static dev.bincang.testing.client.RawClient.PING;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.client.WebSocketWire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client may make a pod keep, for a message that it does not finish or for answers that it does not take. */
class SocketBoundsIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1)
            .with("bincang.connection.hello-timeout", "60s")
            .with("bincang.connection.message-timeout", "2s")
            .with("bincang.connection.stall-timeout", "2s")
            .with("bincang.limits.hello-size", "4K")
            .with("bincang.limits.token-size", "2K")
            .with("bincang.limits.command-burst", "200");

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    private static RawClient guest() {
        return RawClient.guest(port());
    }

    // ---- what is unfinished

    @Test
    void theFirstEmptyFragmentDoesNotMakeItDeafNorLoud() throws IOException {
        var before = CLUSTER.pod(0).log().length();
        try (var client = RawClient.stranger(port())) {
            client.bytes("01 80 37 fa 21 3d");
            client.bytes("80 80 37 fa 21 3d");
            assertEquals("bad_request", client.answer().path("code").asText());
            var welcome = client.ask("{\"type\":\"hello\",\"req\":1,\"guest\":\"Ana\"}");
            assertEquals("welcome", welcome.path("type").asText());
        }
        assertEquals("", CLUSTER.pod(0).log().substring(before));
    }

    /** In one frame that never ends, or in many. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void beforeHelloLittleIsKeptOfWhatIsNotFinished(boolean inOneFrame) throws IOException {
        try (var client = RawClient.stranger(port())) {
            if (inOneFrame) {
                client.bytes("81 fe ff ff 00 00 00 00");
                client.wire().write(new byte[5_000], 5_000);
            } else {
                for (int i = 0; i < 5; i++) {
                    client.wire().send(i == 0 ? 0x01 : 0x00, true, new byte[1_000]);
                }
            }
            assertEquals(1009, client.closeCode());
        }
        try (var client = guest()) { // who has said it may send more
            assertEquals(
                    "ok",
                    client.ask(PING.replace("}", ",\"x\":\"" + "x".repeat(5_000) + "\"}"))
                            .path("type")
                            .asText());
        }
    }

    /** 7 KB at once, where a message may have 4 KB: they are closed for what they say, and not for their size. */
    @Test
    void manyWholeMessagesAtOnceAreNotTakenForOne() throws IOException {
        var ping = ByteBuffer.allocate(6 + PING.length());
        ping.put((byte) 0x81).put((byte) (0x80 | PING.length())).putInt(0).put(PING.getBytes(US_ASCII));
        var all = ByteBuffer.allocate(300 * ping.capacity());
        for (int i = 0; i < 300; i++) {
            all.put(ping.array());
        }
        try (var client = RawClient.stranger(port())) {
            client.wire().write(all.array(), all.capacity());
            assertEquals(4000, client.closeCode());
        }
    }

    /** The beginning of a frame came together with the end of another one. */
    @Test
    void whatFollowsAWholeFrameIsUnfinishedToo() throws IOException {
        try (var client = guest()) {
            client.bytes("89 80 00 00 00 00 81 8a 00 00 00 00 7b");
            assertEquals(4105, client.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"01 7b", "half a frame"})
    void aMessageThatIsNotFinishedInTimeEndsItsConnection(String begun) throws IOException {
        try (var client = guest()) {
            if (begun.startsWith("01")) {
                client.frames(begun);
            } else {
                client.bytes("81 8a 00 00 00 00 7b");
            }
            assertEquals(4105, client.closeCode());
        }
    }

    // ---- answers

    /** Pages of a quarter megabyte, asked for by somebody who takes none of them. */
    @Test
    void whoDoesNotReadTheirAnswersIsNotAnsweredWithoutEndAndInTheEndCutOff() throws IOException {
        var room = CLUSTER.scene().room();
        try (var writer = guest()) {
            for (int i = 0; i < 30; i++) {
                writer.ask("{\"type\":\"send\",\"req\":1,\"room\":\"%s\",\"text\":\"%s\"}"
                        .formatted(room, "\u20ac".repeat(3_900)));
            }
        }
        var before = CLUSTER.pod(0).metric("bincang_commands");
        var wire = new WebSocketWire(port(), 4_096);
        wire.answerNoPings();
        wire.send("{\"type\":\"hello\",\"req\":0,\"guest\":\"Deaf\"}");
        for (int i = 0; i < 40; i++) {
            wire.send("{\"type\":\"history\",\"req\":" + i + ",\"room\":\"" + room + "\"}");
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> CLUSTER.pod(0).metric("bincang_connections") == 0);
        var answered = CLUSTER.pod(0).metric("bincang_commands") - before;
        assertTrue(answered < 20, answered + " answers were made for a client that reads nothing");
        wire.close();
    }

    @Test
    void whoReadsTheirAnswersSlowlyGetsAllOfThem() throws IOException {
        var room = CLUSTER.scene().room();
        try (var client = guest()) {
            for (int i = 0; i < 30; i++) {
                client.ask("{\"type\":\"send\",\"req\":1,\"room\":\"%s\",\"text\":\"%s\"}"
                        .formatted(room, "\u20ac".repeat(3_900)));
            }
            for (int i = 0; i < 20; i++) {
                client.send("{\"type\":\"history\",\"req\":" + (100 + i) + ",\"room\":\"" + room + "\"}");
            }
            for (int i = 0; i < 20; i++) {
                var answer = client.answer();
                assertEquals("ok", answer.path("type").asText(), answer.toString());
                assertEquals(100 + i, answer.path("req").asInt());
            }
        }
    }

    // ---- texts

    /** For a client that splits its stream into lines, as Unicode has lines. */
    @Test
    void lineSeparatorsOfUnicodeLeaveEscapedLiveAndFromTheLog() {
        var room = CLUSTER.scene().room();
        try (var client = guest()) {
            client.ask("{\"type\":\"join\",\"req\":1,\"room\":\"" + room + "\"}");
            client.send("{\"type\":\"send\",\"req\":2,\"room\":\"" + room + "\",\"text\":\"a\u2028b\\u2029c\"}");
            var pushed = text(client);
            assertTrue(pushed.contains("a\\u2028b\\u2029c"), pushed);

            client.ask("{\"type\":\"leave\",\"req\":3,\"room\":\"" + room + "\"}");
            client.ask("{\"type\":\"join\",\"req\":4,\"room\":\"" + room + "\",\"after\":\"0-0\"}");
            assertEquals(pushed, text(client));
            client.send("{\"type\":\"history\",\"req\":5,\"room\":\"" + room + "\"}");
            var page = frame(client, "\"events\"");
            assertTrue(page.contains("a\\u2028b\\u2029c"), page);
        }
    }

    /** 48 KB as it is spelled, 16 KB as it is meant. */
    @Test
    void theLongestTextPassesHoweverItIsSpelled() {
        var room = CLUSTER.scene().room();
        try (var client = guest()) {
            var answer = client.ask("{\"type\":\"send\",\"req\":2,\"room\":\"%s\",\"text\":\"%s\"}"
                    .formatted(room, "\\ud83d\\ude00".repeat(4_000)));
            assertEquals("ok", answer.path("type").asText(), answer.toString());
        }
    }

    private static String text(RawClient client) {
        return frame(client, "\"type\":\"message\"");
    }

    private static String frame(RawClient client, String with) {
        try {
            while (true) {
                var text = client.wire().read().text();
                if (text.contains(with)) {
                    return text;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
