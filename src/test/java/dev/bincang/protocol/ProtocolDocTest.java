package dev.bincang.protocol;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bincang.command.Command;
import dev.bincang.protocol.ProtocolDoc.Section;
import dev.bincang.testing.WireTypes;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code docs/protocol.md} agrees with the records, field by field and in both directions. */
class ProtocolDocTest {

    /** Stricter than the server: a field that no record has is a mistake in the document. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    static {
        WireTypes.records(Command.class).forEach(STRICT::registerSubtypes);
        WireTypes.records(Event.class).forEach(STRICT::registerSubtypes);
    }

    private final ProtocolDoc doc = ProtocolDoc.read();

    @TestFactory
    Stream<DynamicTest> everyExampleOfACommandAgreesWithItsRecord() {
        return doc.sections("Commands").stream()
                .flatMap(section -> section.examples().stream()
                        .map(example -> DynamicTest.dynamicTest(section.name() + " " + example, () -> {
                            var command = WireTypes.READER.read(example);

                            assertEquals(command, STRICT.readValue(example, Command.class), "read strictly");
                            assertEquals(
                                    tree(example),
                                    tree(STRICT.writerFor(Command.class).writeValueAsString(command)),
                                    "written back");
                            assertEquals(section.name(), command.kind());
                        })));
    }

    @TestFactory
    Stream<DynamicTest> everyExampleOfAFrameAgreesWithItsRecord() {
        return doc.sections("Frames").stream()
                .flatMap(section -> section.examples().stream()
                        .map(example -> DynamicTest.dynamicTest(section.name() + " " + example, () -> {
                            var frame = frame(section.name(), example);

                            assertEquals(tree(example), STRICT.readTree(Codec.encode(frame)));
                            assertEquals(
                                    section.name(), tree(example).path("type").asText());
                        })));
    }

    @Test
    void everyCommandHasAnExample() throws Codec.BadFrame {
        var shown = new TreeSet<String>();
        for (var example : examples("Commands")) {
            shown.add(WireTypes.READER.read(example).getClass().getSimpleName());
        }

        assertEquals(new TreeSet<>(names(Command.class)), shown);
    }

    @Test
    void everyFrameHasAnExample() throws IOException {
        var shown = new TreeSet<String>();
        for (var section : doc.sections("Frames")) {
            for (var example : section.examples()) {
                shown.add(frame(section.name(), example).getClass().getSimpleName());
            }
        }

        assertEquals(new TreeSet<>(names(Frame.class)), shown);
    }

    private static Frame frame(String name, String example) throws JsonProcessingException {
        var record = Example.record(Frame.class, name, Example.object(example));
        var strict = STRICT.copy(); // some frames have the same name, so a reader knows only one of them
        strict.registerSubtypes(record);
        return (Frame) strict.readValue(example, record);
    }

    @Test
    void everyExampleIsInAPlaceThatATestReads() {
        var bound = examples("Commands").size() + examples("Frames").size();

        assertEquals(doc.exampleCount(), bound, "```json blocks under ## Commands and ## Frames, and elsewhere");
    }

    @TestFactory
    Stream<DynamicTest> theTablesOfFieldsAgreeWithTheRecords() {
        return Stream.of("Commands", "Frames").flatMap(chapter -> {
            var root = chapter.equals("Commands") ? Command.class : Frame.class;
            return doc.sections(chapter).stream()
                    .filter(section -> !section.name().isEmpty())
                    .map(section -> fieldsAreListed(
                            section,
                            WireTypes.records(root)
                                    .filter(record -> WireTypes.name(record).equals(section.name()))
                                    .toList()));
        });
    }

    /**
     * Not {@code req}, which the rules for all frames explain.
     *
     * @param records all that have the section's name: each kind of {@code ok} is one
     */
    private static DynamicTest fieldsAreListed(Section section, List<Class<?>> records) {
        return DynamicTest.dynamicTest(section.name(), () -> {
            var fields = new TreeSet<String>();
            records.forEach(record -> fields.addAll(fields(record)));
            var listed = section.rows().stream().map(List::getFirst).map(ProtocolDoc::bare);
            assertEquals(
                    fields,
                    listed.filter(field -> !field.equals("req")).collect(Collectors.toCollection(TreeSet::new)));
        });
    }

    @Test
    void theTableOfLimitsAgreesWithTheRecord() {
        var listed = doc.chapter("Limits").rows().stream()
                .map(row -> ProtocolDoc.bare(row.getFirst()))
                .collect(toSet());

        assertEquals(fields(Frame.Limits.class), new TreeSet<>(listed));
    }

    @Test
    void theTableOfErrorsAgreesWithTheEnum() {
        var listed = doc.chapter("Error codes").rows().stream()
                .map(row -> row.subList(0, 3))
                .toList();

        assertEquals(
                Arrays.stream(ErrorCode.values())
                        .map(code -> List.of(
                                "`" + code.wire() + "`", Integer.toString(code.status()), code.retry() ? "yes" : "no"))
                        .toList(),
                listed);
    }

    @Test
    void theTableOfCloseCodesAgreesWithTheEnum() {
        var listed = doc.chapter("Close codes").rows().stream()
                .map(row -> row.subList(0, 2))
                .toList();

        assertEquals(
                Arrays.stream(CloseCode.values())
                        .map(code -> List.of(Integer.toString(code.code()), code.reason()))
                        .toList(),
                listed);
    }

    @Test
    void everyCloseCodeIsInARangeThatClientsKnow() {
        for (var code : CloseCode.values()) {
            assertFalse(code.code() < 4000 || code.code() > 4299, code.name());
        }
    }

    private List<String> examples(String chapter) {
        return doc.sections(chapter).stream()
                .flatMap(section -> section.examples().stream())
                .toList();
    }

    private static Set<String> names(Class<?> sealed) {
        return WireTypes.records(sealed).map(Class::getSimpleName).collect(toSet());
    }

    private static Set<String> fields(Class<?> record) {
        var fields = new TreeSet<String>();
        Arrays.stream(record.getRecordComponents())
                .map(RecordComponent::getName)
                .forEach(fields::add);
        fields.remove("req");
        return fields;
    }

    private static JsonNode tree(String json) throws JsonProcessingException {
        return STRICT.readTree(json);
    }
}
