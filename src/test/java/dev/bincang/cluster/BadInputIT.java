package dev.bincang.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.RawClient;
import dev.bincang.testing.client.WebSocketWire;
import dev.bincang.testing.history.Checker.Allow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Input that no client should send. Each gets a clear error. The connection stays open if the table of codes says so.
 */
class BadInputIT {

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1);

    /** A client in a room of its own. It must not notice anything. */
    private static Scene witness;

    private static RawClient client;

    @BeforeAll
    static void enter() {
        witness = CLUSTER.scene().everywhere(2);
        client = RawClient.guest(port());
    }

    @AfterAll
    static void theOthersAreUndisturbed() {
        client.close();
        try (var scene = witness) {
            scene.post(scene.clients().getFirst(), 3).check(EnumSet.noneOf(Allow.class));
        }
        assertTrue(CLUSTER.pod(0).live());
        assertFalse(CLUSTER.pod(0).log().contains("ERROR"), CLUSTER.pod(0)::log);
    }

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    private static void refused(String code, Long req, JsonNode answer) {
        assertEquals("error", answer.path("type").asText(), answer.toString());
        assertEquals(code, answer.path("code").asText(), answer.toString());
        assertEquals(req, answer.has("req") ? answer.path("req").asLong() : null, answer.toString());
        assertFalse(answer.path("message").asText().isBlank(), answer.toString());
        assertFalse(answer.path("retry").asBoolean(true), answer.toString());
    }

    private static void lives(RawClient one) {
        assertEquals(
                "{\"type\":\"ok\",\"req\":99}",
                one.ask("{\"type\":\"ping\",\"req\":99}").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "x",
                "null",
                "true",
                "1",
                "\"ping\"",
                "[]",
                "[{\"type\":\"ping\",\"req\":1}]",
                "{}",
                "{\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"req\":",
                "{'type':'ping','req':1}",
                "{\"type\":\"ping\",\"req\":null}",
                "{\"type\":\"ping\",\"req\":-1}",
                "{\"type\":\"ping\",\"req\":1.5}",
                "{\"type\":\"ping\",\"req\":1e3}",
                "{\"type\":\"ping\",\"req\":\"1\"}",
                "{\"type\":\"ping\",\"req\":true}",
                "{\"type\":\"ping\",\"req\":9223372036854775808}",
                "{\"type\":\"ping\",\"req\":99999999999999999999999999999999999999}",
                "\uFEFF{\"type\":\"ping\",\"req\":1}",
                "\u0000",
            })
    void aFrameWithoutAReadableReqIsAnsweredWithoutReq(String frame) {
        refused("bad_request", null, client.ask(frame));
        lives(client);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("dev.bincang.cluster.BadCommands#all")
    void aBadCommandIsAnsweredWithItsReq(String code, String fields) {
        refused(code, 7L, client.ask("{\"req\":7," + fields + "}"));
        lives(client);
    }

    @Test
    void unknownFieldsAreIgnored() {
        var answer = client.ask(
                "{\"type\":\"ping\",\"req\":5,\"x\":{\"y\":[1,null,\"z\"]},\"room\":\"r\",\"@class\":\"C\"}");
        assertEquals("{\"type\":\"ok\",\"req\":5}", answer.toString());
    }

    @Test
    void aTextOfMaximumLengthIsAcceptedWithAnyCharacters() {
        var text = "\uD83D\uDE00".repeat(3996) + "\\n\\t\\\"\u00fc";
        var answer = client.ask("{\"type\":\"send\",\"req\":5,\"room\":\"longest\",\"text\":\"" + text + "\"}");
        assertEquals("ok", answer.path("type").asText(), answer.toString());
    }

    @Test
    void aBinaryFrameIsRefused() throws IOException {
        client.wire().send(WebSocketWire.BINARY, "{\"type\":\"ping\",\"req\":1}".getBytes(StandardCharsets.UTF_8));
        refused("bad_request", null, client.answer());
        lives(client);
    }

    @Test
    void theLimitOfAFrameCountsBytesNotCharacters() {
        var empty = "{\"type\":\"ping\",\"req\":1,\"x\":\"\"}".length();
        var fits = "{\"type\":\"ping\",\"req\":1,\"x\":\"" + "a".repeat(32 * 1024 - empty) + "\"}";
        assertEquals("ok", client.ask(fits).path("type").asText());
        refused("too_large", null, client.ask(fits + " "));
        var wide = "{\"type\":\"ping\",\"req\":1,\"x\":\"" + "\u20ac".repeat(11_000) + "\"}";
        refused("too_large", null, client.ask(wide));
        lives(client);
    }

    @Test
    void aFrameFarOverTheLimitEndsOnlyItsConnection() throws IOException {
        try (var huge = RawClient.guest(port())) {
            var head = ByteBuffer.allocate(14).put((byte) 0x81).put((byte) 0xff).putLong(200 * 1024);
            huge.wire().write(head.array(), 14);
            assertEquals(1009, huge.closeCode());
        }
        lives(client);
    }

    @Test
    void aFragmentedMessageIsAssembled() throws IOException {
        client.wire().send(0x01, true, "{\"type\":\"pi".getBytes(StandardCharsets.UTF_8));
        client.wire().send(0x89, true, new byte[0]);
        client.wire().send(0x80, true, "ng\",\"req\":3}".getBytes(StandardCharsets.UTF_8));
        assertEquals("{\"type\":\"ok\",\"req\":3}", client.answer().toString());
    }

    /**
     * RFC 6455 says that the server must fail such a connection: unmasked, reserved opcodes, a continuation without a
     * beginning.
     */
    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x83, 0x8b, 0x80, 0x09})
    void aBrokenFrameEndsOnlyItsConnection(int head) throws IOException {
        try (var broken = RawClient.guest(port())) {
            broken.wire().send(head, head != 0x81, "{\"type\":\"ping\",\"req\":1}".getBytes(StandardCharsets.UTF_8));
            assertEquals(1002, broken.closeCode());
        }
        lives(client);
    }

    @Test
    void invalidUtf8HarmsNoOtherClient() throws IOException {
        try (var broken = RawClient.guest(port())) {
            broken.wire().send(WebSocketWire.TEXT, new byte[] {'{', '"', (byte) 0xff, (byte) 0xc0, '"', '}'});
            assertEquals(1007, broken.closeCode());
        }
        lives(client);
    }

    @Test
    void aFloodOfRandomBytesHarmsNoOtherClient() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            var noise = new byte[64 * 1024];
            new Random(1).nextBytes(noise);
            socket.getOutputStream().write(noise);
        }
        lives(client);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void fiveHundredGeneratedFramesAreEachAnswered(long seed) {
        var garbage = new Garbage(seed);
        try (var bold = RawClient.guest(port())) {
            for (int batch = 0; batch < 20; batch++) {
                var frames = new ArrayList<String>();
                for (int i = 0; i < 25; i++) {
                    frames.add(garbage.next());
                }
                frames.forEach(bold::send);
                for (int i = 0; i < frames.size(); i++) {
                    var answer = bold.answer();
                    assertNotEquals("internal", answer.path("code").asText(), () -> answer + " to one of " + frames);
                    assertNotEquals("unavailable", answer.path("code").asText(), () -> answer + " to one of " + frames);
                }
            }
            lives(bold);
        }
        lives(client);
    }
}
