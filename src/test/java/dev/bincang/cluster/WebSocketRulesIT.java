package dev.bincang.cluster;

import static dev.bincang.testing.client.RawClient.HEX;
import static dev.bincang.testing.client.RawClient.PING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.client.RawHttp;
import dev.bincang.testing.client.WebSocketWire;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6455 on raw sockets, frame by frame as the Autobahn test suite does it. */
class WebSocketRulesIT {

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

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // reserved bits (Autobahn 3)
        "RSV1 on a text, c1 7b 7d, 1002",
        "RSV2 on a text, a1 7b 7d, 1002",
        "RSV3 on a text, 91 7b 7d, 1002",
        "all three on a binary frame, f2 01, 1002",
        "RSV1 on a ping, c9, 1002",
        "RSV1 on a close frame, c8 03 e8, 1002",
        // opcodes (4)
        "opcode 3, 83, 1002",
        "opcode 7, 87 01, 1002",
        "opcode 11, 8b, 1002",
        "opcode 15, 8f 01, 1002",
        // fragments (5)
        "a fragmented ping, 09 61 | 80 62, 1002",
        "a fragmented pong, 0a 61 | 80 62, 1002",
        "a continuation of nothing, 80 7b 7d, 1002",
        "an unfinished continuation of nothing, 00 7b 7d, 1002",
        "a text within a text, 01 7b | 81 7d, 1002",
        "a continuation after the end, 01 7b | 80 7d | 80 7d, 1002",
        // UTF-8 (6)
        "a byte that is none, 81 ff, 1007",
        "a lone continuation byte, 81 80, 1007",
        "an overlong slash, 81 c0 af, 1007",
        "an overlong NUL, 81 c0 80, 1007",
        "half a surrogate pair, 81 ed a0 80, 1007",
        "beyond U+10FFFF, 81 f4 90 80 80, 1007",
        "five bytes, 81 f8 88 80 80 80, 1007",
        "cut in the middle, 81 ce ba e1 bd, 1007",
        "cut in the middle of the last fragment, 01 ce | 80 ba e1 bd, 1007",
        "wrong in the first fragment and never finished, 01 ce ba ff, 1007",
        "wrong across two fragments, 01 f4 | 00 90, 1007",
        "wrong behind a ping, 01 ce | 89 61 | 00 ff, 1007",
        // closing (7)
        "a close frame without a code, 88, 1000",
        "a close frame of one byte, 88 03, 1002",
        "a close code that is none, 88 03 e7, 1002",
        "a close code that is reserved, 88 03 ed, 1002",
        "a close code that nobody sends, 88 03 ee, 1002",
        "a close reason that is not UTF-8, 88 03 e8 ce ba e1 bd, 1007",
        "a normal close, 88 03 e8, 1000",
        "a close code of an application, 88 0f a0 61, 4000",
    })
    void whatBreaksTheRulesIsClosedWithTheCodeThatSaysSo(String what, String frames, int code) throws IOException {
        try (var client = guest()) {
            client.frames(frames);
            assertEquals(code, client.closeCode(), what);
        }
    }

    @Test
    void aPingOfMoreThanOneHundredAndTwentyFiveBytesIsRefused() throws IOException {
        try (var client = guest()) {
            client.wire().send(WebSocketWire.PING, new byte[126]);
            assertEquals(1002, client.closeCode());
        }
    }

    @Test
    void aFrameWithoutAMaskIsRefused() throws IOException {
        try (var client = guest()) {
            client.wire().send(0x81, false, PING.getBytes(UTF_8));
            assertEquals(1002, client.closeCode());
        }
    }

    /** Each is the same command; the connection lives after all of them. */
    @Test
    void whateverIsLegalIsPutTogether() throws IOException {
        var text = PING.getBytes(UTF_8);
        try (var client = guest()) {
            client.frames("01 | 80"); // an empty text in two fragments
            assertEquals("bad_request", client.answer().path("code").asText());
            client.frames("81");
            assertEquals("bad_request", client.answer().path("code").asText());
            client.frames("01 | 00 | 80 " + HEX.formatHex(text));
            assertEquals("ok", client.answer().path("type").asText());
            for (int i = 0; i < text.length; i++) { // one byte each, with pings and pongs between
                client.wire().send(i == 0 ? 0x01 : i < text.length - 1 ? 0x00 : 0x80, true, new byte[] {text[i]});
                client.wire().send(i % 2 == 0 ? 0x89 : 0x8a, true, new byte[] {(byte) 0xff});
            }
            assertEquals("ok", client.answer().path("type").asText());
            var wide = "{\"type\":\"ping\",\"req\":1,\"x\":\"\u00e9\u20ac\uD83D\uDE00\"}".getBytes(UTF_8);
            for (int i = 0; i < wide.length; i++) { // fragments end within characters
                client.wire().send(i == 0 ? 0x01 : i < wide.length - 1 ? 0x00 : 0x80, true, new byte[] {wide[i]});
            }
            assertEquals("ok", client.answer().path("type").asText());
            client.frames("02 ff | 80 c0"); // binary may be anything, in fragments too
            assertEquals("bad_request", client.answer().path("code").asText());
            assertEquals("ok", client.ask(PING).path("type").asText());
        }
    }

    @Test
    void aMessageTooLargeInItsFragmentsIsRefusedLikeALargeFrame() throws IOException {
        try (var client = guest()) {
            client.wire().send(0x01, true, new byte[100_000]);
            client.wire().send(0x00, true, new byte[100_000]);
            assertEquals(1009, client.closeCode());
        }
    }

    // ---- the handshake

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no key, '', 13, HTTP/1.1, 400",
        "an empty key, 'Sec-WebSocket-Key: ', 13, HTTP/1.1, 400",
        "a key that is too short, 'Sec-WebSocket-Key: dGhl', 13, HTTP/1.1, 400",
        "a key that is no base64, 'Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==', 13, HTTP/1.1, 400",
        "two keys, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 13,"
                + " HTTP/1.1, 400",
        "version 7, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 7, HTTP/1.1, 426",
        "version 8, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 8, HTTP/1.1, 426",
        "version 14, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 14, HTTP/1.1, 426",
        "HTTP/1.0, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 13, HTTP/1.0, 400",
        "as it should be, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 13, HTTP/1.1, 101",
    })
    void onlyARightHandshakeOpensASocket(String what, String key, String version, String http, int status)
            throws IOException {
        var answer = RawHttp.ask(
                port(),
                "GET /ws " + http + "\r\nHost: 127.0.0.1:" + port() + "\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: " + version + "\r\n"
                        + (key.isEmpty() ? "" : key.replace("~", "\r\n") + "\r\n") + "\r\n");
        assertEquals(status, answer.status(), what + ": " + answer);
        assertEquals(status == 426, answer.headers().contains("sec-websocket-version: 13"), answer.toString());
    }

    @Test
    void theSecondHeaderOfSubprotocolsCountsToo() throws IOException {
        var answer = RawHttp.ask(
                port(),
                "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + port() + "\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: bincang.v1\r\n\r\n");
        assertTrue(answer.headers().contains("sec-websocket-protocol: bincang.v1"), answer.toString());
    }
}
