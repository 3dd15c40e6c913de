package dev.bincang.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.command.ConnectionCommand;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * The schemas of {@code openapi.yaml} for commands and frames accept the right examples of {@code docs/protocol.md},
 * and no others.
 */
class HttpExamplesTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ApiDocs.Judge JUDGE = ApiDocs.read().judge();

    private static List<ObjectNode> frames(Predicate<Example> which) {
        return Example.FRAMES.stream().filter(which).map(Example::json).toList();
    }

    private static void sorted(String schema, List<Example> examples, Predicate<Example> belongs) {
        for (var example : examples) {
            assertEquals(
                    belongs.test(example),
                    JUDGE.ofHttp(schema, example.json()).isEmpty(),
                    () -> schema + ": " + example.json());
        }
    }

    @Test
    void httpAcceptsCommandsThatNeedNoConnectionOneOrMany() {
        Predicate<Example> taken = example -> !ConnectionCommand.class.isAssignableFrom(example.record());
        sorted("Commands", Example.COMMANDS, taken);

        var array = NODES.arrayNode();
        Example.COMMANDS.stream().filter(taken).forEach(example -> array.add(example.json()));
        assertEquals("", JUDGE.ofHttp("Commands", array));
        assertNotEquals(
                "",
                JUDGE.ofHttp(
                        "Commands",
                        array.deepCopy().add(Example.COMMANDS.getFirst().json())));
    }

    @Test
    void httpAnswersCommandsLikeTheSocket() {
        Predicate<Example> answers = example -> example.record() == Frame.Error.class
                || Answer.class.isAssignableFrom(example.record()); // the one to join fits a plain ok
        sorted("Answers", Example.FRAMES, answers);
        assertEquals("", JUDGE.ofHttp("Answers", NODES.arrayNode().addAll(frames(answers))));
        assertNotEquals("", JUDGE.ofHttp("Answers", NODES.arrayNode().addAll(frames(_ -> true))));
    }

    @Test
    void aStreamHasEveryFrameExceptAnswers() {
        sorted("StreamFrame", Example.FRAMES, example -> !Answer.class.isAssignableFrom(example.record()));
    }

    @Test
    void aPollHasTheFramesOfRooms() {
        Predicate<Example> told = example -> Event.class.isAssignableFrom(example.record())
                || Frame.Signal.class.isAssignableFrom(example.record())
                || Set.of(Frame.Denied.class, Frame.Gap.class, Frame.Reset.class, Frame.Drain.class, Frame.Error.class)
                        .contains(example.record());
        for (var example : Example.FRAMES) {
            assertEquals(
                    told.test(example),
                    JUDGE.ofHttp("Polled", polled(List.of(example.json()))).isEmpty(),
                    example.schema());
        }
        assertEquals("", JUDGE.ofHttp("Polled", polled(frames(told))));
        assertNotEquals("", JUDGE.ofHttp("Polled", polled(List.of()).without("cursor")));
    }

    private static ObjectNode polled(List<ObjectNode> frames) {
        var polled = NODES.objectNode().put("cursor", "general@130-5,random@7-12");
        polled.putArray("frames").addAll(frames);
        return polled;
    }

    @Test
    void aProblemFitsItsSchema() {
        for (var code : ErrorCode.values()) {
            var problem = Example.object(new String(Codec.encode(new Refusal(code, "x", 5L).problem()), UTF_8));
            assertEquals("", JUDGE.ofHttp("Problem", problem));
            assertNotEquals("", JUDGE.ofHttp("Problem", problem.deepCopy().put("code", "x")));
        }
    }
}
