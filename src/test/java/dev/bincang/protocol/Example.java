package dev.bincang.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.command.Command;
import dev.bincang.testing.WireTypes;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** An example of {@code docs/protocol.md}, and what it is an example of. */
record Example(Class<?> record, ObjectNode json) {

    static final List<Example> COMMANDS = read("Commands", Command.class);
    static final List<Example> FRAMES = read("Frames", Frame.class);

    private static List<Example> read(String chapter, Class<?> root) {
        return ProtocolDoc.read().sections(chapter).stream()
                .flatMap(section -> section.examples().stream()
                        .map(text -> new Example(record(root, section.name(), object(text)), object(text))))
                .toList();
    }

    /** The record of that name whose required fields the JSON has, and that has the most of its fields. */
    static Class<?> record(Class<?> root, String name, ObjectNode json) {
        return WireTypes.records(root)
                .filter(one -> WireTypes.name(one).equals(name))
                .filter(one -> ApiDocTest.required(one).stream().allMatch(json::has))
                .max(Comparator.comparingLong(
                        one -> ApiDocTest.fields(one).stream().filter(json::has).count()))
                .orElseThrow();
    }

    static ObjectNode object(String json) {
        try {
            return (ObjectNode) new JsonMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    String schema() {
        return ApiDocTest.schema(record);
    }

    boolean isCommand() {
        return Command.class.isAssignableFrom(record);
    }

    DynamicTest test(String what, Executable test) {
        return DynamicTest.dynamicTest(schema() + " " + what, test);
    }
}
