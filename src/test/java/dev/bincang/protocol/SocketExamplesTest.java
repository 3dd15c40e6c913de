package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.bincang.testing.WireTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The examples of {@code docs/protocol.md} fit their schemas in {@code asyncapi.yaml}. Changed examples do not. */
class SocketExamplesTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ApiDocs.Judge JUDGE = ApiDocs.read().judge();

    /** One value of each JSON type, except null, which is the same as a missing field. */
    private static final List<JsonNode> KINDS = List.of(
            BooleanNode.TRUE,
            new IntNode(1),
            new DoubleNode(1.5),
            new TextNode("§"),
            NODES.arrayNode(),
            NODES.objectNode());

    private static Stream<Example> all() {
        return Stream.concat(Example.COMMANDS.stream(), Example.FRAMES.stream());
    }

    private static void isOne(String schema, JsonNode instance) {
        assertEquals("", JUDGE.ofSocket(schema, instance));
    }

    private static void isNone(String schema, JsonNode instance) {
        assertNotEquals("", JUDGE.ofSocket(schema, instance), () -> instance + " is a " + schema);
    }

    private static boolean isRead(JsonNode command) {
        try {
            WireTypes.READER.read(command.toString());
            return true;
        } catch (Codec.BadFrame _) {
            return false;
        }
    }

    @TestFactory
    Stream<DynamicTest> everyExampleFitsItsSchema() {
        return all().map(example -> example.test(example.json().toString(), () -> {
            isOne(example.schema(), example.json());
            isOne(example.isCommand() ? "Command" : "Frame", example.json());
            isOne(example.schema(), example.json().deepCopy().set("x-later", NODES.arrayNode()));
        }));
    }

    /** The server refuses it too, if it is a command. */
    @TestFactory
    Stream<DynamicTest> anExampleWithAFieldOfAnotherTypeDoesNotFit() {
        return all().flatMap(example -> fields(JsonPointer.empty(), example.json()).stream()
                .map(at -> example.test("with another " + at, () -> {
                    var was = example.json().at(at);
                    for (var other : KINDS) {
                        if (kind(other).equals(kind(was))) {
                            continue;
                        }
                        var wrong = example.json().deepCopy();
                        ((ObjectNode) wrong.at(at.head())).set(at.last().getMatchingProperty(), other);
                        isNone(example.schema(), wrong);
                        assertTrue(!example.isCommand() || !isRead(wrong), () -> wrong + " is read");
                    }
                })));
    }

    private static String kind(JsonNode node) {
        return node.getNodeType() + (node.isFloatingPointNumber() ? " with a fraction" : "");
    }

    private static List<JsonPointer> fields(JsonPointer at, JsonNode node) {
        var fields = new ArrayList<JsonPointer>();
        node.properties().forEach(field -> {
            fields.add(at.appendProperty(field.getKey()));
            if (!field.getKey().equals("data")) { // an application's own: anything may be in it
                fields.addAll(fields(at.appendProperty(field.getKey()), field.getValue()));
            }
        });
        for (int i = 0; i < node.size() && node.isArray(); i++) {
            fields.addAll(fields(at.appendIndex(i), node.get(i)));
        }
        return fields;
    }

    @TestFactory
    Stream<DynamicTest> anExampleWithoutARequiredFieldDoesNotFit() {
        return all().map(example -> example.test("without a field", () -> {
            for (var field : names(example.json())) {
                var less = example.json().deepCopy();
                less.remove(field);
                if (ApiDocTest.required(example.record()).contains(field)) {
                    isNone(example.schema(), less);
                } else {
                    isOne(example.schema(), less);
                }
                assertTrue(
                        !example.isCommand()
                                || isRead(less)
                                        != ApiDocTest.required(example.record()).contains(field),
                        field);
            }
        }));
    }

    private static List<String> names(ObjectNode json) {
        var names = new ArrayList<String>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @TestFactory
    Stream<DynamicTest> aNullFieldOfACommandIsTheSameAsAMissingOne() {
        return Example.COMMANDS.stream()
                .map(example -> example.test("with nulls", () -> {
                    for (var field : ApiDocTest.fields(example.record())) {
                        var nulled = example.json().deepCopy();
                        nulled.set(field, NullNode.instance);
                        if (ApiDocTest.required(example.record()).contains(field)) {
                            isNone(example.schema(), nulled);
                        } else {
                            isOne(example.schema(), nulled);
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> anExampleOfAnotherTypeDoesNotFit() {
        return all().map(example -> example.test("of another type", () -> {
            var other = example.json().deepCopy().put("type", "x");
            isNone(example.schema(), other);
            isNone(example.isCommand() ? "Command" : "Frame", other);
        }));
    }

    /** An example of an {@code ok} fits the schema of its command, and of no other. */
    @TestFactory
    Stream<DynamicTest> everyCommandHasItsOk() {
        var schemas = WireTypes.records(Answer.class)
                .map(ApiDocTest::schema)
                .filter(schema -> !schema.equals("OkFrame"))
                .toList();
        return Example.FRAMES.stream()
                .filter(example -> Answer.class.isAssignableFrom(example.record()))
                .map(example -> example.test("is no other", () -> {
                    for (var schema : schemas) {
                        if (schema.equals(example.schema())) {
                            isOne(schema, example.json());
                        } else {
                            isNone(schema, example.json());
                        }
                    }
                }));
    }

    @Test
    void thePatternsAgreeWithTheClasses() {
        var texts = List.of(
                "general",
                "a.b_c-9",
                "r.2k7q9",
                "@ana",
                "@a%20b",
                "@",
                "",
                "A",
                "-a",
                ".a",
                "a b",
                "a\n",
                "\u00e4",
                "a".repeat(64),
                "a".repeat(65),
                "@" + "a".repeat(1537),
                "7Hq2vX0cT",
                "_-",
                "a.b",
                "0-0",
                "121-3133",
                "01-1",
                "1-01",
                "1",
                "1-",
                "-1",
                "1-1-1",
                "1 -1",
                "9007199254740991-4294967295",
                "1-1\n");
        for (var text : texts) {
            assertEquals(
                    made(RoomId::new, text),
                    JUDGE.ofSocket("RoomId", new TextNode(text)).isEmpty(),
                    "room " + text);
            assertEquals(
                    made(Key::new, text),
                    JUDGE.ofSocket("Key", new TextNode(text)).isEmpty(),
                    "key " + text);
            assertEquals(
                    made(Id::parse, text),
                    JUDGE.ofSocket("Id", new TextNode(text)).isEmpty(),
                    "id " + text);
        }
        for (var text : List.of("hi", "a\nb\tc", "a\u0000", "a\u001f", "a\u007f", "\u0085", "\u00a0", "\ud83d\ude00")) {
            assertEquals(
                    Text.wrong(text, 4000, true) == null,
                    JUDGE.ofSocket("Text", new TextNode(text)).isEmpty(),
                    text);
        }
        isOne("Text", new TextNode("")); // beside an attachment or data
    }

    private static boolean made(Function<String, ?> form, String text) {
        try {
            return form.apply(text) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
