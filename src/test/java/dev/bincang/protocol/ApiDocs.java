package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The two descriptions of the API, at the addresses where a pod serves them. Each is self-contained.
 *
 * <p>The schemas mean the same in JSON Schema draft 7 (AsyncAPI) and in 2020-12 (OpenAPI). Each check uses both.
 */
public record ApiDocs(JsonNode socket, JsonNode http) {

    public static final Path SOCKET = Path.of("src", "main", "resources", "META-INF", "resources", "asyncapi.yaml");

    static final Path HTTP = Path.of("src", "main", "resources", "META-INF", "openapi.yaml");

    private static final URI SOCKET_AT = URI.create("http://pod/asyncapi.yaml");
    private static final URI HTTP_AT = URI.create("http://pod/q/openapi");
    private static final String COMPONENTS = "/components/schemas";
    private static final String SCHEMAS = "#/components/schemas/";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    public static InputStream httpSource() {
        try {
            return Files.newInputStream(HTTP);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ApiDocs read() {
        try {
            var socket = parse(Files.readString(SOCKET));
            return new ApiDocs(socket, whole(parse(Files.readString(HTTP)), socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the server builds it: the schemas that it lacks come from the description of the WebSocket. */
    private static JsonNode whole(JsonNode http, JsonNode socket) {
        var schemas = (ObjectNode) http.at(COMPONENTS);
        socket.at(COMPONENTS).properties().forEach(schema -> schemas.putIfAbsent(schema.getKey(), schema.getValue()));
        return http;
    }

    public static JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- references

    /** The references, in both documents, that lead nowhere. */
    public List<String> broken() {
        return Stream.of(SOCKET_AT, HTTP_AT)
                .flatMap(at -> refs(document(at)).filter(ref -> resolve(at, ref).isMissingNode()))
                .toList();
    }

    private static Stream<String> refs(JsonNode node) {
        var refs = new ArrayList<String>();
        node.findValues("$ref").forEach(ref -> refs.add(ref.asText()));
        return refs.stream();
    }

    private JsonNode resolve(URI base, String ref) {
        var at = base.resolve(ref);
        var fragment = at.getFragment();
        return document(URI.create(at.toString().replaceAll("#.*", ""))).at(fragment == null ? "" : fragment);
    }

    private JsonNode document(URI at) {
        return at.equals(SOCKET_AT) ? socket : at.equals(HTTP_AT) ? http : MissingNode.getInstance();
    }

    /** The target of a reference in the description of the WebSocket, or the node itself. */
    JsonNode follow(JsonNode node) {
        return node.has("$ref") ? resolve(SOCKET_AT, node.path("$ref").asText()) : node;
    }

    // ---- validation

    /** Makes a validator that knows both documents. Slow. */
    public Judge judge() {
        var documents = Map.of(SOCKET_AT.toString(), socket.toString(), HTTP_AT.toString(), http.toString());
        return new Judge(Stream.of(Dialects.getDraft7(), Dialects.getDraft202012())
                .map(dialect -> Dialect.builder(dialect)
                        .unknownKeywordFactory((keyword, _) -> stranger(keyword))
                        .build())
                .map(dialect -> SchemaRegistry.withDialect(dialect, builder -> builder.schemas(documents)))
                .toList());
    }

    /** A word in a document that is not a keyword of JSON Schema, and not a misspelt one. */
    private Keyword stranger(String keyword) {
        if (!socket.has(keyword) && !http.has(keyword) && !keyword.matches("x-.*|discriminator")) {
            throw new IllegalArgumentException("no keyword of JSON Schema: " + keyword);
        }
        return new NonValidationKeyword(keyword);
    }

    public record Judge(List<SchemaRegistry> dialects) {

        /** Why an instance does not fit a schema of the WebSocket's description; empty if it does. */
        String ofSocket(String schema, JsonNode instance) {
            return why(SOCKET_AT + SCHEMAS + schema, instance);
        }

        /** Why an instance does not fit a schema of HTTP's description; empty if it does. */
        public String ofHttp(String schema, JsonNode instance) {
            return why(HTTP_AT + SCHEMAS + schema, instance);
        }

        /** Why an instance does not fit the schema at a JSON pointer of HTTP's description; empty if it does. */
        public String ofHttpAt(String pointer, JsonNode instance) {
            return why(HTTP_AT + "#" + pointer.replace("{", "%7B").replace("}", "%7D"), instance);
        }

        private String why(String schema, JsonNode instance) {
            var verdicts = dialects.stream()
                    .map(dialect -> dialect.getSchema(SchemaLocation.of(schema)).validate(instance))
                    .toList();
            assertEquals(
                    1,
                    verdicts.stream().map(List::isEmpty).distinct().count(),
                    () -> "the dialects differ: " + verdicts);
            return verdicts.getFirst().isEmpty() ? "" : instance + " is no " + schema + ": " + verdicts;
        }
    }
}
