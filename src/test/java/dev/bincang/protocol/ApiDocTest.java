package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.command.Command;
import dev.bincang.message.Attachment;
import dev.bincang.message.MessageEvent;
import dev.bincang.room.Role;
import dev.bincang.testing.WireTypes;
import dev.bincang.transport.websocket.Endpoint;
import io.quarkus.websockets.next.WebSocket;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code asyncapi.yaml} and {@code openapi.yaml} agree with the records and the closed tables, in both directions. */
class ApiDocTest {

    /** Fields that every sent event has. In the record they are null until the log has set them. */
    private static final Set<String> FILLED_IN = Set.of("id", "seq", "time", "n");

    private final ApiDocs docs = ApiDocs.read();

    /** The name of a record's schema. A command and a frame may have the same simple name. */
    static String schema(Class<?> record) {
        return record.getSimpleName()
                + (Command.class.isAssignableFrom(record)
                        ? "Command"
                        : record.getSimpleName().startsWith("OkTo")
                                ? ""
                                : Event.class.isAssignableFrom(record)
                                        ? "Event"
                                        : Frame.class.isAssignableFrom(record) ? "Frame" : "");
    }

    private static boolean hasType(Class<?> record) {
        return Command.class.isAssignableFrom(record) || Frame.class.isAssignableFrom(record);
    }

    /** The names of the fields, and {@code type} if the record has one. */
    static Set<String> fields(Class<?> record) {
        return fields(record, Arrays.stream(record.getRecordComponents()));
    }

    /** The fields that are always present. */
    static Set<String> required(Class<?> record) {
        return fields(
                record,
                Arrays.stream(record.getRecordComponents())
                        .filter(field -> !field.getAnnotatedType().isAnnotationPresent(Nullable.class)
                                || (Event.class.isAssignableFrom(record) && FILLED_IN.contains(field.getName()))));
    }

    private static Set<String> fields(Class<?> record, Stream<RecordComponent> components) {
        var fields = components.map(RecordComponent::getName).collect(Collectors.toCollection(TreeSet::new));
        if (hasType(record)) {
            fields.add("type");
        }
        return fields;
    }

    private static Stream<Class<?>> commands() {
        return WireTypes.records(Command.class);
    }

    private static Stream<Class<?>> frames() {
        return WireTypes.records(Frame.class);
    }

    // ---- records

    @TestFactory
    Stream<DynamicTest> everySchemaAgreesWithItsRecord() {
        var schemas = docs.socket().at("/components/schemas");
        var parts = Stream.<Class<?>>of(
                User.class,
                Frame.Limits.class,
                Frame.RoomState.class,
                Attachment.class,
                MessageEvent.Replies.class,
                MessageEvent.Reaction.class,
                MessageEvent.ReactionChange.class,
                MessageEvent.Pin.class);
        return Stream.concat(
                Stream.of(commands(), frames(), parts)
                        .flatMap(records -> records)
                        .map(record -> agreesWithItsRecord(record, schemas.path(schema(record)))),
                Stream.of(agreesWithItsRecord(Refusal.Problem.class, docs.http().at("/components/schemas/Problem"))));
    }

    private DynamicTest agreesWithItsRecord(Class<?> record, JsonNode schema) {
        return DynamicTest.dynamicTest(record.getName(), () -> {
            assertEquals("object", schema.path("type").asText());
            assertEquals(fields(record), names(schema.path("properties")), "properties");
            assertEquals(required(record), new TreeSet<>(texts(schema.path("required"))), "required");
            assertFalse(schema.has("additionalProperties"), "unknown fields are ignored");
            if (hasType(record)) {
                assertEquals(
                        WireTypes.name(record),
                        schema.at("/properties/type/const").asText());
            }
            for (var component : record.getRecordComponents()) {
                fitsItsType(component, schema.path("properties").path(component.getName()));
            }
        });
    }

    /** The schema of a field fits its type. A type of the protocol has a schema of the same name. */
    private void fitsItsType(RecordComponent component, JsonNode property) {
        var type = component.getType();
        var schema = property.has("anyOf") ? property.at("/anyOf/0") : property;
        if (type.getPackage() == Id.class.getPackage() || type.isRecord()) {
            assertTrue(
                    schema.path("$ref").asText().endsWith("#/components/schemas/" + type.getSimpleName()),
                    component + ": " + property);
            return;
        }
        var kind = Map.of(
                        Map.class, "object",
                        List.class, "array",
                        ObjectNode.class, "object",
                        String.class, "string",
                        boolean.class, "boolean",
                        Boolean.class, "boolean")
                .getOrDefault(type, "integer");
        var stated = docs.follow(schema).path("type");
        assertEquals(kind, stated.isArray() ? stated.path(0).asText() : stated.asText(), component + ": " + property);
    }

    @Test
    void theUnionsAgreeWithTheSealedInterfaces() {
        assertEquals(schemas(commands()), members("Command"));
        assertEquals(schemas(WireTypes.records(Event.class)), members("Event"));
        var frames = members("Frame");
        assertTrue(frames.remove("Event"));
        frames.addAll(members("Event"));
        assertEquals(schemas(frames()), frames);
    }

    private static Set<String> schemas(Stream<Class<?>> records) {
        return records.map(ApiDocTest::schema).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> members(String union) {
        var schema = docs.socket().at("/components/schemas/" + union);
        return lastParts(schema.has("oneOf") ? schema.path("oneOf") : schema.path("anyOf"));
    }

    // ---- closed tables

    @Test
    void theClosedTablesAgreeWithTheEnums() {
        assertEquals(Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).toList(), texts(values("ErrorCode")));
        assertEquals(Arrays.stream(Frame.State.values()).map(Frame.State::wire).toList(), texts(values("State")));
        assertEquals(Arrays.stream(Role.values()).map(Role::wire).toList(), texts(values("Role")));
        assertEquals(
                Arrays.stream(CloseCode.values())
                        .map(code -> Integer.toString(code.code()))
                        .toList(),
                texts(values("CloseCode")));
        assertEquals(
                Arrays.stream(CloseCode.values()).map(CloseCode::reason).toList(),
                texts(docs.socket().at("/components/schemas/CloseCode/x-enum-descriptions")));
    }

    private JsonNode values(String schema) {
        return docs.socket().at("/components/schemas/" + schema + "/enum");
    }

    // ---- documents

    @Test
    void everyReferenceExists() {
        assertEquals(List.of(), docs.broken());
        assertFalse(new ApiDocs(docs.socket(), ApiDocs.parse("x: {$ref: '../asyncapi.yaml#/nowhere'}"))
                .broken()
                .isEmpty());
    }

    @Test
    void theSocketsDescriptionIsAsyncApi() {
        assertEquals("3.0.0", docs.socket().path("asyncapi").asText());
        assertEquals("Bincang", docs.socket().at("/info/title").asText());
        assertEquals(
                Endpoint.class.getAnnotation(WebSocket.class).path(),
                docs.socket().at("/channels/socket/address").asText());
    }

    @Test
    void everyCommandIsAnOperationWithAnAnswer() {
        var operations = docs.socket().path("operations");
        commands().forEach(record -> {
            var operation = operations.path(WireTypes.name(record));
            assertEquals("receive", operation.path("action").asText(), record.getName());
            assertEquals(Set.of(schema(record)), lastParts(operation.path("messages")));
            var answers = lastParts(docs.follow(operation.path("reply")).path("messages"));
            assertTrue(answers.remove("ErrorFrame"), record.getName());
            assertEquals(1, answers.size(), record.getName());
            assertTrue(answers.iterator().next().matches("WelcomeFrame|Ok.*"), record.getName());
        });
        assertEquals(commands().count() + 1, operations.size());
        assertEquals("send", operations.at("/push/action").asText());
    }

    @Test
    void everyFrameIsAMessageThatIsSent() {
        var sent = new TreeSet<String>();
        docs.socket().path("operations").forEach(operation -> {
            sent.addAll(lastParts(operation.path("messages")));
            sent.addAll(lastParts(docs.follow(operation.path("reply")).path("messages")));
        });
        var messages = docs.socket().at("/channels/socket/messages");
        assertEquals(names(messages), sent);

        var expected = schemas(Stream.concat(commands(), frames()));
        expected.remove("CloseFrame"); // only on streams
        assertEquals(expected, names(messages));
        assertEquals(Set.of("CloseFrame"), names(docs.socket().at("/components/messages")));
    }

    @Test
    void everyMessageHasItsSchema() {
        Stream.of("/channels/socket/messages", "/components/messages")
                .map(at -> docs.socket().at(at))
                .flatMap(messages -> messages.properties().stream())
                .forEach(message -> {
                    var payload = docs.follow(message.getValue().path("payload"));
                    assertEquals(
                            "#/components/schemas/" + message.getKey(),
                            message.getValue().at("/payload/$ref").asText());
                    var whole = payload.has("allOf") ? docs.follow(payload.at("/allOf/0")) : payload;
                    assertEquals(
                            whole.at("/properties/type/const"),
                            message.getValue().path("name"),
                            message.getKey());
                });
    }

    @Test
    void httpsDescriptionIsOpenApi() {
        assertEquals("3.1.0", docs.http().path("openapi").asText());
        assertEquals("Bincang", docs.http().at("/info/title").asText());
        assertEquals(
                Set.of("400", "401", "403", "406", "414", "429", "431", "500", "503"),
                Set.copyOf(docs.http().at("/components/responses").findValuesAsText("x-status")));
        docs.http().at("/components/responses").forEach(response -> assertTrue(response.has("description")));
    }

    private static Set<String> names(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** The last parts of references. */
    private static Set<String> lastParts(JsonNode refs) {
        return refs.findValuesAsText("$ref").stream()
                .map(ref -> ref.substring(ref.lastIndexOf('/') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
