package dev.bincang.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.message.MessageCommands;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.testing.WireTypes;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandReaderTest {

    private static final CommandReader READER = WireTypes.READER;
    private static final RoomId ROOM = new RoomId("general");

    // ---- valid commands

    @Test
    void unknownFieldsAreIgnored() throws Codec.BadFrame {
        assertEquals(
                new ConnectionCommand.Ping(1), READER.read("{\"type\":\"ping\",\"req\":1,\"new\":{\"a\":[1,2,{}]}}"));
    }

    @Test
    void theOrderOfFieldsDoesNotMatter() throws Codec.BadFrame {
        assertEquals(
                new MessageCommands.Delete(5, ROOM, null, new Id(1, 7)),
                READER.read("{\"target\":\"1-7\",\"room\":\"general\",\"req\":5,\"type\":\"delete\"}"));
    }

    @Test
    void aNullFieldIsTheSameAsAMissingOne() throws Codec.BadFrame {
        assertEquals(
                READER.read("{\"type\":\"join\",\"req\":3,\"room\":\"general\"}"),
                READER.read("{\"type\":\"join\",\"req\":3,\"room\":\"general\",\"after\":null,\"last\":null}"));
    }

    @Test
    void helloReadsRoomsWithAndWithoutPositions() throws Codec.BadFrame {
        var hello = (ConnectionCommand.Hello)
                READER.read("{\"type\":\"hello\",\"req\":1,\"rooms\":{\"general\":\"121-3133\",\"random\":null}}");

        var rooms = hello.rooms();
        assertEquals(new Id(121, 3133), rooms.get(ROOM));
        assertTrue(rooms.containsKey(new RoomId("random")));
        assertNull(rooms.get(new RoomId("random")));
    }

    @Test
    void whiteSpaceAroundTheObjectIsAllowed() throws Codec.BadFrame {
        assertEquals(new ConnectionCommand.Ping(1), READER.read(" \n{\"type\":\"ping\",\"req\":1}\t "));
    }

    // ---- invalid commands

    @Test
    void aFrameThatIsNotOneJsonObjectIsRefused() {
        var wrong = List.of(
                "",
                " ",
                "null",
                "true",
                "1",
                "\"ping\"",
                "[]",
                "{}",
                "{",
                "}",
                "[{\"type\":\"ping\",\"req\":1}]",
                "ping",
                "{type:'ping',req:1}",
                "{'type':'ping'}",
                "\u0000",
                "\ufeff{}",
                "NaN",
                "{\"type\"}",
                "<ping/>");
        for (var text : wrong) {
            assertNull(refused(text).req(), text);
        }
    }

    @Test
    void brokenJsonKeepsAReqThatComesBeforeTheError() {
        var wrong = List.of(
                "{\"req\":7,\"type\":\"ping\"",
                "{\"req\":7,\"type\":\"pi",
                "{\"req\":7,\"type\":ping}",
                "{\"req\":7,\"type\":\"ping\",}",
                "{\"req\":7,\"type\":\"ping\"} x",
                "{\"req\":7,\"type\":\"ping\"}{\"req\":8,\"type\":\"ping\"}",
                "{\"req\":7,\"type\":\"send\",\"room\":\"general\",\"text\":\"a\u0000b\"}",
                "{\"req\":7,\"type\":\"send\",\"room\":\"general\",\"text\":\"a\nb\"}",
                "{\"req\":7,\"type\":\"send\",\"room\":\"general\",\"text\":\"\\x\"}",
                "{\"req\":7,\"type\":\"send\",\"room\":\"general\",\"text\":\"\\u12\"}");
        for (var text : wrong) {
            assertEquals(7, refused(text).req(), text);
        }
    }

    @Test
    void anUnknownTypeIsRefusedByName() {
        for (var type : List.of("\"shout\"", "\"\"", "\"Ping\"", "\"message\"", "null", "1", "[]", "{}", "true")) {
            var refusal = refused("{\"req\":7,\"type\":" + type + "}");

            assertEquals(7, refusal.req(), type);
        }
        assertEquals(
                "type: missing or unknown",
                refused("{\"req\":7,\"type\":\"shout\"}").getMessage());
        assertEquals("type: missing or unknown", refused("{\"req\":7}").getMessage());
    }

    @Test
    void aReqIsANumberOfZeroOrMore() throws Codec.BadFrame {
        assertEquals(new ConnectionCommand.Ping(0), READER.read("{\"type\":\"ping\",\"req\":0}"));
        assertEquals(
                new ConnectionCommand.Ping(Long.MAX_VALUE),
                READER.read("{\"type\":\"ping\",\"req\":9223372036854775807}"));
        var wrong = List.of(
                "-1",
                "1.5",
                "1.0",
                "1e3",
                "\"1\"",
                "null",
                "true",
                "[]",
                "{}",
                "9223372036854775808",
                "1".repeat(33),
                "1".repeat(10_000),
                "1e999999999");
        for (var req : wrong) {
            assertNull(refused("{\"type\":\"ping\",\"req\":" + req + "}").req(), req);
        }
        assertNull(refused("{\"type\":\"ping\"}").req());
    }

    @Test
    void aMissingFieldIsNamed() {
        assertEquals("room: missing", refused("{\"type\":\"join\",\"req\":7}").getMessage());
        assertEquals("room: missing", refused("{\"type\":\"leave\",\"req\":7}").getMessage());
        assertEquals(
                "room: missing", refused("{\"type\":\"history\",\"req\":7}").getMessage());
        assertEquals(
                "room: missing",
                refused("{\"type\":\"send\",\"req\":7,\"text\":\"hi\"}").getMessage());
        assertEquals(
                "target: missing",
                refused("{\"type\":\"edit\",\"req\":7,\"room\":\"general\",\"text\":\"hi\"}")
                        .getMessage());
        assertEquals(7, refused("{\"type\":\"join\",\"req\":7,\"room\":null}").req());
    }

    @Test
    void aFieldOfAWrongFormIsNamed() {
        assertNames("room", "{\"type\":\"join\",\"req\":7,\"room\":\"No Room\"}");
        assertNames("room", "{\"type\":\"join\",\"req\":7,\"room\":\"\"}");
        assertNames("after", "{\"type\":\"join\",\"req\":7,\"room\":\"general\",\"after\":\"121\"}");
        assertNames("after", "{\"type\":\"join\",\"req\":7,\"room\":\"general\",\"after\":\"\"}");
        assertNames("before", "{\"type\":\"history\",\"req\":7,\"room\":\"general\",\"before\":\"1-x\"}");
        assertNames("key", "{\"type\":\"send\",\"req\":7,\"room\":\"general\",\"text\":\"hi\",\"key\":\"a b\"}");
        assertNames("key", "{\"type\":\"send\",\"req\":7,\"room\":\"general\",\"text\":\"hi\",\"key\":\"\"}");
        assertNames(
                "key",
                "{\"type\":\"send\",\"req\":7,\"room\":\"general\",\"text\":\"hi\",\"key\":\"" + "a".repeat(65)
                        + "\"}");
        assertNames("replyTo", "{\"type\":\"send\",\"req\":7,\"room\":\"general\",\"text\":\"hi\",\"replyTo\":\"0\"}");
        assertNames("rooms", "{\"type\":\"hello\",\"req\":7,\"rooms\":{\"No Room\":null}}");
        assertNames("rooms", "{\"type\":\"hello\",\"req\":7,\"rooms\":{\"general\":\"121\"}}");
    }

    @Test
    void aFieldOfTheWrongTypeIsNamed() {
        for (var value : List.of("1", "1.5", "true", "[]", "{}", "[\"general\"]", "{\"value\":\"general\"}")) {
            assertNames("room", "{\"type\":\"join\",\"req\":7,\"room\":" + value + "}");
            assertNames("text", "{\"type\":\"send\",\"req\":7,\"room\":\"general\",\"text\":" + value + "}");
            assertNames("after", "{\"type\":\"join\",\"req\":7,\"room\":\"general\",\"after\":" + value + "}");
        }
        for (var value : List.of("\"5\"", "1.5", "true", "[]", "{}", "2147483648", "1e2", "\"\"")) {
            assertNames("last", "{\"type\":\"join\",\"req\":7,\"room\":\"general\",\"last\":" + value + "}");
            assertNames("limit", "{\"type\":\"history\",\"req\":7,\"room\":\"general\",\"limit\":" + value + "}");
            assertNames("protocol", "{\"type\":\"hello\",\"req\":7,\"protocol\":" + value + "}");
        }
        for (var value : List.of("[]", "\"general\"", "1", "true", "[[\"general\",null]]")) {
            assertNames("rooms", "{\"type\":\"hello\",\"req\":7,\"rooms\":" + value + "}");
        }
    }

    @Test
    void deepNestingIsRefusedEvenInAnIgnoredField() throws Codec.BadFrame {
        var fifteen = "[".repeat(15) + "]".repeat(15);
        assertEquals(new ConnectionCommand.Ping(1), READER.read("{\"type\":\"ping\",\"req\":1,\"x\":" + fifteen + "}"));
        for (var depth : List.of(16, 17, 1000, 16_000)) {
            var arrays = "[".repeat(depth) + "]".repeat(depth);
            var objects = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
            for (var value : List.of(arrays, objects, "[".repeat(depth))) {
                assertEquals(
                        7,
                        refused("{\"req\":7,\"type\":\"ping\",\"x\":" + value + "}")
                                .req(),
                        depth + " deep");
                refused("{\"x\":" + value + ",\"req\":7,\"type\":\"ping\"}");
            }
        }
    }

    @Test
    void theFirstValueOfADuplicateFieldNeverCounts() {
        var twice = List.of(
                "{\"type\":\"ping\",\"req\":1,\"req\":2}",
                "{\"req\":1,\"type\":\"ping\",\"req\":2}",
                "{\"type\":\"join\",\"req\":1,\"room\":\"general\",\"req\":2}",
                "{\"type\":\"join\",\"req\":1,\"room\":\"general\",\"after\":null,\"last\":5,\"req\":2}");
        for (var text : twice) {
            try {
                assertEquals(2, READER.read(text).req(), text);
            } catch (Codec.BadFrame e) {
                assertEquals(1, e.req(), text); // a refusal is fine too, if its req is certain
            }
        }
    }

    @Test
    void aRefusalCarriesNoStackTrace() {
        assertEquals(0, refused("{").getStackTrace().length);
    }

    private static Codec.BadFrame refused(String text) {
        var refusal = assertThrows(Codec.BadFrame.class, () -> READER.read(text), text);
        assertTrue(refusal.getMessage().length() < 200, "short enough for a client: " + refusal.getMessage());
        return refusal;
    }

    private static void assertNames(String field, String text) {
        var refusal = refused(text);
        assertEquals(7, refusal.req(), text);
        assertTrue(refusal.getMessage().startsWith(field + ": "), () -> text + " → " + refusal.getMessage());
    }
}
