package dev.bincang.cluster;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Commands with one fault each: the code of the answer, and the frame without its {@code req}. */
final class BadCommands {

    private static final List<String> TYPES =
            List.of("\"fly\"", "\"PING\"", "\"\"", "\"welcome\"", "\"message\"", "5", "null", "{}", "[]", "true");
    private static final List<String> ROOMS = List.of(
            "\"\"",
            "\"A\"",
            "\"a b\"",
            "\"-a\"",
            "\".\"",
            "\"a{b}\"",
            "\"a:b\"",
            "\"a*\"",
            "\"ü\"",
            "\"a\\u0000\"",
            "\"a\\n\"",
            "\"../a\"",
            "\"" + "a".repeat(65) + "\"",
            "5",
            "true",
            "null",
            "{}",
            "[\"a\"]");
    private static final List<String> KEYS =
            List.of("\"\"", "\"a b\"", "\"a:b\"", "\"ü\"", "\"a\\n\"", "\"" + "a".repeat(65) + "\"", "5", "{}", "[]");
    private static final List<String> POSITIONS = List.of(
            "\"\"",
            "\"1\"",
            "\"-\"",
            "\"1-\"",
            "\"-1\"",
            "\"01-1\"",
            "\"1-01\"",
            "\"1-1-1\"",
            "\"+1-1\"",
            "\"1-1 \"",
            "\"a-b\"",
            "\"1-4294967296\"",
            "\"9007199254740992-1\"",
            "\"99999999999999999999-1\"",
            "\"\\u0661-1\"",
            "5",
            "{}");
    private static final List<String> TEXTS = List.of(
            "\"\"",
            "\"\\u0000\"",
            "\"a\\u0007b\"",
            "\"\\u001b[31m\"",
            "\"\\u007f\"",
            "\"\\r\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"a\\ud83d\"",
            "5",
            "true",
            "null",
            "{}",
            "[\"a\"]",
            "\"\\x\"",
            "\"a\nb\"",
            "\"a\u0000b\"");
    private static final List<String> COUNTS = List.of("-1", "201", "2147483648", "1.5", "\"5\"", "true", "[]");

    private BadCommands() {}

    static Stream<Arguments> all() {
        return Stream.of(
                        each("\"type\":%s", TYPES),
                        each("\"type\":\"join\",\"room\":%s", ROOMS),
                        each("\"type\":\"leave\",\"room\":%s", ROOMS),
                        each("\"type\":\"history\",\"room\":%s", ROOMS),
                        each("\"type\":\"send\",\"text\":\"hi\",\"room\":%s", ROOMS),
                        each("\"type\":\"send\",\"room\":\"r\",\"text\":\"hi\",\"key\":%s", KEYS),
                        each("\"type\":\"send\",\"room\":\"r\",\"text\":\"hi\",\"replyTo\":%s", POSITIONS),
                        each("\"type\":\"join\",\"room\":\"r\",\"after\":%s", POSITIONS),
                        each("\"type\":\"history\",\"room\":\"r\",\"before\":%s", POSITIONS),
                        each("\"type\":\"history\",\"room\":\"r\",\"after\":%s", POSITIONS),
                        each("\"type\":\"history\",\"room\":\"r\",\"around\":%s", POSITIONS),
                        each("\"type\":\"history\",\"room\":\"r\",\"ids\":[\"1-1\",%s]", POSITIONS),
                        each("\"type\":\"search\",\"room\":\"r\",\"words\":\"hi\",\"before\":%s", POSITIONS),
                        each("\"type\":\"search\",\"room\":\"r\",\"words\":\"hi\",\"limit\":%s", COUNTS),
                        each("\"type\":\"search\",\"room\":\"r\",\"words\":%s", TEXTS),
                        each("\"type\":\"search\",\"room\":%s,\"words\":\"hi\"", ROOMS),
                        each("\"type\":\"send\",\"room\":\"r\",\"text\":%s", TEXTS),
                        each("\"type\":\"join\",\"room\":\"r\",\"last\":%s", COUNTS),
                        each("\"type\":\"history\",\"room\":\"r\",\"limit\":%s", COUNTS),
                        others())
                .flatMap(all -> all);
    }

    private static Stream<Arguments> each(String form, List<String> values) {
        return values.stream().map(value -> Arguments.of("bad_request", form.formatted(value)));
    }

    private static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("bad_request", "\"x\":1"),
                Arguments.of("bad_request", "\"type\":\"join\""),
                Arguments.of("bad_request", "\"type\":\"send\",\"room\":\"r\""),
                Arguments.of("bad_request", "\"type\":\"send\",\"text\":\"hi\""),
                Arguments.of("bad_request", "\"type\":\"leave\",\"room\":\"never-joined\""),
                Arguments.of("bad_request", "\"type\":\"history\",\"room\":\"r\",\"limit\":0"),
                Arguments.of("conflict", "\"type\":\"history\",\"room\":\"r\",\"before\":\"5-5\""),
                Arguments.of("bad_request", "\"type\":\"history\",\"room\":\"r\",\"only\":\"edits\""),
                Arguments.of("bad_request", "\"type\":\"history\",\"room\":\"r\",\"ids\":[null]"),
                Arguments.of("bad_request", "\"type\":\"history\",\"room\":\"r\",\"ids\":[]"),
                Arguments.of("bad_request", "\"type\":\"hello\",\"guest\":\"Again\""),
                Arguments.of("too_large", "\"type\":\"send\",\"room\":\"r\",\"text\":\"" + "a".repeat(4001) + "\""),
                Arguments.of(
                        "too_large",
                        "\"type\":\"send\",\"room\":\"r\",\"text\":\"" + "\uD83D\uDE00".repeat(4001) + "\""),
                Arguments.of("bad_request", "\"type\":\"ping\",\"x\":" + "[".repeat(17) + "]".repeat(17)),
                Arguments.of("bad_request", "\"type\":\"ping\",\"x\":" + "[".repeat(10_000) + "]".repeat(10_000)),
                Arguments.of(
                        "bad_request", "\"type\":\"ping\",\"x\":" + "{\"x\":".repeat(5_000) + "1" + "}".repeat(5_000)),
                Arguments.of("bad_request", "\"type\":\"ping\",\"x\":" + "9".repeat(1_000)),
                Arguments.of("bad_request", "\"type\":\"ping\"}{\"type\":\"ping\",\"req\":8"));
    }
}
