package dev.bincang.cluster;

import java.util.List;
import java.util.Random;

/** Frames from a seed: valid commands, broken commands, and noise. None is longer than the limit. */
final class Garbage {

    private static final int MOST = 30_000;
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1",
            "1e400",
            "-0.0",
            "\"\"",
            "\"r\"",
            "\"hello\"",
            "\"send\"",
            "\"0-0\"",
            "\"5-5\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "[]",
            "{}",
            "[[[[]]]]",
            "{\"type\":\"ping\",\"req\":1}",
            "18446744073709551616");
    private static final List<String> FIELDS = List.of(
            "type",
            "req",
            "room",
            "text",
            "key",
            "replyTo",
            "after",
            "before",
            "limit",
            "last",
            "rooms",
            "token",
            "guest",
            "protocol",
            "__proto__",
            "",
            "@class",
            "x");
    private static final List<String> COMMANDS = List.of(
            "{\"type\":\"ping\",\"req\":%d}",
            "{\"type\":\"join\",\"req\":%d,\"room\":\"g\"}",
            "{\"type\":\"join\",\"req\":%d,\"room\":\"g\",\"last\":20}",
            "{\"type\":\"leave\",\"req\":%d,\"room\":\"g\"}",
            "{\"type\":\"send\",\"req\":%d,\"room\":\"g\",\"text\":\"hi \u00fc \uD83D\uDE00\",\"key\":\"k\"}",
            "{\"type\":\"history\",\"req\":%d,\"room\":\"g\",\"limit\":5}",
            "{\"type\":\"hello\",\"req\":%d,\"guest\":\"G\",\"rooms\":{\"g\":\"0-0\"}}");

    private final Random random;

    Garbage(long seed) {
        random = new Random(seed);
    }

    String next() {
        var frame = switch (random.nextInt(6)) {
            case 0 -> command();
            case 1 -> object(3);
            case 2 -> noise(random.nextInt(200));
            case 3 -> cut(command());
            default -> spoil(command());
        };
        return frame.length() > MOST ? frame.substring(0, MOST) : frame;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String command() {
        return one(COMMANDS).formatted(random.nextInt(1000));
    }

    private String cut(String frame) {
        var from = random.nextInt(frame.length());
        return random.nextBoolean() ? frame.substring(from) : frame.substring(0, from);
    }

    /** Replaces, doubles or drops some characters, or replaces a value. */
    private String spoil(String frame) {
        if (random.nextBoolean()) {
            return frame.replaceFirst(
                    "\"" + one(FIELDS) + "\":(\"[^\"]*\"|\\d+)",
                    java.util.regex.Matcher.quoteReplacement("\"" + one(FIELDS) + "\":" + one(VALUES)));
        }
        var spoilt = new StringBuilder(frame);
        for (int i = random.nextInt(4); i >= 0; i--) {
            var at = random.nextInt(spoilt.length());
            switch (random.nextInt(3)) {
                case 0 -> spoilt.setCharAt(at, (char) random.nextInt(0xd800));
                case 1 -> spoilt.insert(at, noise(3));
                default -> spoilt.deleteCharAt(at);
            }
        }
        return spoilt.toString();
    }

    private String object(int depth) {
        var object = new StringBuilder("{");
        for (int i = random.nextInt(6); i >= 0; i--) {
            object.append('"').append(one(FIELDS)).append("\":");
            object.append(depth > 0 && random.nextInt(4) == 0 ? object(depth - 1) : one(VALUES));
            object.append(i > 0 ? "," : "");
        }
        return object.append('}').toString();
    }

    private String noise(int length) {
        var noise = new StringBuilder();
        for (int i = 0; i < length; i++) {
            noise.append((char) (random.nextInt(4) == 0 ? random.nextInt(0xd800) : random.nextInt(128)));
        }
        return noise.toString();
    }
}
