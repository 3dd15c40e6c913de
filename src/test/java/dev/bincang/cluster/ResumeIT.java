package dev.bincang.cluster;

import static dev.bincang.testing.process.FaultProxy.Kind.PUBSUB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Step;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients resume from positions that are true, old, lost or invented, while others write. */
class ResumeIT {

    private static final Set<Allow> NOTHING = EnumSet.noneOf(Allow.class);
    private static final Set<Allow> GAPS = EnumSet.of(Allow.GAPS);
    private static final Duration OFTEN = Duration.ofMillis(10);
    /** 16 KB. */
    private static final String LONG = "\uD83D\uDE00".repeat(3950);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .with("bincang.feed.ring-events", "32")
            .with("bincang.connection.outbox", "16K")
            .with("bincang.limits.frame-size", "16K");

    /** A client of that pod that joins after that position. */
    private static ChatClient at(Scene scene, int pod, String position) {
        var client = scene.client(() -> CLUSTER.pod(pod).port());
        client.start().join();
        Scene.join(List.of(client.join(scene.room(), position)));
        return client;
    }

    private static void trim(Scene scene, int keep) {
        scene.truth().lookAnd(CLUSTER.redis(), "XTRIM", scene.truth().keys().log(), "MAXLEN", keep);
    }

    private static String state(ChatClient client) {
        return client.recording().steps().stream()
                .filter(Step.Entered.class::isInstance)
                .map(step -> ((Step.Entered) step).state())
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    @FaultTest
    void theWholeLogIsSentFromTheBeginningWhileOthersWrite() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            scene.post(scene.clients().getFirst(), 300);
            scene.write(OFTEN);
            var late =
                    IntStream.range(0, 6).mapToObj(i -> at(scene, i % 2, "0-0")).toList();
            scene.awaitMore(20).check(NOTHING);
            late.forEach(client -> assertEquals("ok", state(client)));
        }
    }

    @FaultTest
    void everyPositionOfTheLogCanBeResumedFrom() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            scene.post(scene.clients().getFirst(), 150).awaitSettled();
            var positions = scene.truth().log();
            scene.write(OFTEN);
            for (int i = 0; i < positions.size(); i += 7) {
                at(scene, i % 2, positions.get(i).id());
            }
            scene.awaitMore(20).check(NOTHING);
        }
    }

    @FaultTest
    void aResumeWaitsForAPodThatLags() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var writer = scene.clients().getLast();
            scene.post(writer, 10).awaitSettled();
            var frozen = CLUSTER.link(0).freeze(PUBSUB);
            scene.post(writer, 10);
            scene.truth().look(CLUSTER.redis());
            var ahead = at(scene, 0, scene.truth().head());
            var half = at(scene, 0, scene.truth().log().get(14).id());
            assertEquals("ok", state(ahead));
            assertEquals("ok", state(half));
            frozen.thaw();
            scene.post(writer, 10);
            scene.check(NOTHING);
        }
    }

    @FaultTest
    void trimmedEventsAreReportedAsAGap() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            scene.post(scene.clients().getFirst(), 100).awaitSettled();
            var positions = scene.truth().log();
            trim(scene, 10);
            scene.write(OFTEN);
            var beginning = at(scene, 0, "0-0");
            var trimmed = at(scene, 1, positions.get(50).id());
            var lastTrimmed = at(scene, 0, positions.get(89).id());
            var firstKept = at(scene, 1, positions.get(90).id());
            scene.awaitMore(20).check(GAPS);
            assertEquals(
                    List.of("gap", "gap", "ok", "ok"),
                    List.of(state(beginning), state(trimmed), state(lastTrimmed), state(firstKept)));
        }
    }

    @FaultTest
    void aLogThatIsTrimmedCompletelyIsReportedAsAGap() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            scene.post(scene.clients().getFirst(), 60).awaitSettled();
            var positions = scene.truth().log();
            trim(scene, 0);
            var old = at(scene, 0, positions.get(5).id());
            var current = at(scene, 1, positions.getLast().id());
            scene.post(scene.clients().getFirst(), 3).check(GAPS);
            assertEquals("gap", state(old));
            assertEquals("ok", state(current));
        }
    }

    /** Readers so slow that the log is trimmed before they read it: the trimmed part is larger than all buffers. */
    @FaultTest
    void aTrimDuringAResumeIsReportedAsAGap() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            scene.write(scene.clients(), OFTEN.dividedBy(5), LONG)
                    .awaitMore(500)
                    .stopWriting();
            var slow = IntStream.range(0, 4)
                    .mapToObj(i -> scene.client(() -> CLUSTER.pod(i % 2).port(), 1, 8 * 1024))
                    .toList();
            slow.forEach(client -> client.start().join());
            Scene.join(slow.stream()
                    .map(client -> client.join(scene.room(), "0-0"))
                    .toList());
            slow.forEach(client -> client.pace().stall());
            scene.write(scene.clients().subList(0, 2), OFTEN, "");
            for (int keep = 200; keep > 0; keep -= 50) {
                scene.awaitMore(20);
                trim(scene, keep);
            }
            slow.forEach(client -> client.pace().free());
            scene.check(GAPS);
            slow.forEach(client -> assertTrue(
                    client.recording().steps().stream().anyMatch(Step.Gap.class::isInstance),
                    "was served all before it was trimmed"));
        }
    }

    @Test
    void aPositionThatNeverExistedIsReset() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            scene.post(scene.clients().getFirst(), 40).awaitSettled();
            var log = scene.truth().log();
            var otherTag = at(scene, 0, "20-1");
            var otherHead = at(scene, 1, "40-1");
            var future = at(scene, 0, "1000-1");
            var farFuture = at(scene, 1, "9007199254740991-4294967295");
            scene.post(scene.clients().getFirst(), 5);
            scene.check(EnumSet.of(Allow.RESETS));
            List.of(otherTag, otherHead, future, farFuture)
                    .forEach(client -> assertEquals("reset", state(client), client.recording()::name));
            assertEquals(40, log.size());
        }
    }

    @Test
    void aPositionInAnEmptyRoomIsReset() {
        try (var scene = CLUSTER.scene()) {
            var made = at(scene, 0, "5-5");
            assertEquals("ok", state(at(scene, 0, "0-0")));
            assertEquals("reset", state(made));
            scene.post(made, 3).check(EnumSet.of(Allow.RESETS));
        }
    }

    @Test
    void theNewestEventsComeFirstOnRequest() throws Exception {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            scene.post(scene.clients().getFirst(), 50).awaitSettled();
            var client = scene.client(() -> CLUSTER.pod(0).port());
            client.start().join();
            var answer = client.joinNewest(
                            scene.room(), 10, scene.truth().log().get(39).id())
                    .get();
            assertTrue(answer.path("head").asText().startsWith("50-"), answer.toString());
            scene.post(scene.clients().getFirst(), 3).check(NOTHING);
        }
    }
}
