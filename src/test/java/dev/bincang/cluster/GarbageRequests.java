package dev.bincang.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.List;
import java.util.Random;

/** Requests from a seed: known paths with unusual ids, broken bodies, and headers that do not fit. */
final class GarbageRequests {

    /**
     * @param headers header lines, each with its line end
     */
    record Request(String line, String headers, String body) {}

    private static final List<String> ROUTES = List.of(
            "GET /api/events?room={room}",
            "GET /api/events?room={room}&last=3",
            "POST /api/guests",
            "GET /api/rooms",
            "POST /api/rooms",
            "GET /api/rooms/{room}",
            "PATCH /api/rooms/{room}",
            "DELETE /api/rooms/{room}",
            "GET /api/rooms/{room}/members",
            "PUT /api/rooms/{room}/members/{user}",
            "PATCH /api/rooms/{room}/members/{user}",
            "DELETE /api/rooms/{room}/members/{user}",
            "GET /api/rooms/{room}/barred",
            "GET /api/rooms/{room}/messages/{user}/versions",
            "PUT /api/rooms/{room}/bans/{user}",
            "DELETE /api/rooms/{room}/bans/{user}",
            "PUT /api/rooms/{room}/mutes/{user}",
            "PUT /api/direct/{user}",
            "PUT /api/users/{user}/ban",
            "DELETE /api/users/{user}/ban",
            "POST /api/users/{user}/revoke",
            "POST /api/commands",
            "POST /api/tickets",
            "PUT /api/rooms/{room}/{user}/{user}");
    private static final List<String> ROOMS = List.of(
            "fuzz",
            "fuzz-2",
            "R",
            "r.audit",
            "@ana",
            "@x%25",
            "%00",
            "%zz",
            "%",
            "%c3",
            "%ff%fe",
            "%2f",
            "%2e%2e",
            "a%20b",
            "d.x",
            "r.none",
            "%ed%a0%80",
            ";x=1",
            "{room}",
            "-",
            "a".repeat(64),
            "a".repeat(65),
            "a".repeat(3000));
    private static final List<String> USERS = List.of(
            "eva",
            "a:b",
            "a|b",
            "a}b{",
            "100%",
            "a/b",
            "..",
            ".",
            "+",
            " ",
            "\u0000",
            "\u0085",
            "\r\n",
            "\u00fc\ud83d\ude00",
            "\u202e",
            "x".repeat(128),
            "x".repeat(129),
            "\ud83d\ude00".repeat(128),
            "\ufffd",
            ";a=b",
            "?x",
            "#",
            "*",
            "\\");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1",
            "1.5",
            "1e400",
            "-0.0",
            "18446744073709551616",
            "9007199254740993",
            "\"\"",
            "\"fuzz\"",
            "\"fuzz-2\"",
            "\"private\"",
            "\"joined\"",
            "\"moderator\"",
            "\"admin\"",
            "\"send\"",
            "\"history\"",
            "\"edit\"",
            "\"5-5\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"\\udc00\\ud800\"",
            "\"\u00fc\"",
            "[]",
            "{}",
            "[{}]",
            "9".repeat(40),
            "[".repeat(40) + "]".repeat(40),
            "{\"a\":".repeat(20) + "1" + "}".repeat(20),
            "nul",
            "'x'");
    private static final List<String> FIELDS = List.of(
            "id",
            "kind",
            "name",
            "topic",
            "slowModeSeconds",
            "readOnly",
            "frozen",
            "history",
            "keepMessages",
            "keepDays",
            "role",
            "until",
            "reason",
            "type",
            "req",
            "room",
            "text",
            "key",
            "target",
            "before",
            "limit",
            "settings",
            "",
            "__proto__");
    private static final List<String> GOOD = List.of(
            "",
            "{\"id\":\"fuzz\",\"name\":\"F\"}",
            "{\"topic\":\"T\",\"slowModeSeconds\":0}",
            "{\"role\":\"moderator\"}",
            "{\"until\":4102444800000,\"reason\":\"because\"}",
            "{\"type\":\"send\",\"req\":1,\"room\":\"fuzz\",\"text\":\"hi\",\"key\":\"k\"}",
            "[{\"type\":\"history\",\"req\":1,\"room\":\"fuzz\",\"limit\":3},{\"type\":\"ping\",\"req\":2}]");
    private static final List<String> HEADERS = List.of(
            "Content-Type: text/plain",
            "Content-Type: application/xml; charset=nonsense",
            "Content-Type: ;;",
            "Content-Type: application/json; charset=utf-16",
            "Content-Encoding: gzip",
            "Accept: text/html",
            "Accept: text/html, Application/*;q=0.1",
            "If-None-Match: \"1-1\"",
            "If-Match: \"1-1\", W/\"2-2\"",
            "Prefer: WAIT=0",
            "Accept: ;;;q=x",
            "Accept: application/json;q=x",
            "Accept: ,",
            "If-Match: 5-5",
            "If-Match: \"99999999999999999-1\"",
            "If-Match: W/\"1-1\"",
            "Idempotency-Key: \u00fc",
            "Idempotency-Key: k",
            "Prefer: wait=x",
            "Accept-Language: ***",
            "X: " + "x".repeat(4000));
    private static final List<String> QUERIES = List.of(
            "limit=0",
            "limit=x",
            "limit=5",
            "limit=99999999999",
            "limit=",
            "limit",
            "cursor=0",
            "cursor=-1",
            "cursor=x",
            "cursor=18446744073709551616",
            "cursor=99999999999999999999",
            "reason=%00",
            "reason=%zz",
            "reason=%ff",
            "ticket=x",
            "&&=",
            "=",
            "%=%",
            "limit=1&limit=2");

    private final Random random;

    GarbageRequests(long seed) {
        random = new Random(seed);
    }

    /**
     * @param room an existing room; many requests use it
     */
    Request next(String room) {
        var line = one(ROUTES);
        line = line.replaceFirst("\\{room}", quote(random.nextBoolean() ? room : one(ROOMS)));
        while (line.contains("{user}")) {
            line = line.replaceFirst("\\{user}", quote(user()));
        }
        if (random.nextInt(3) == 0) {
            line += (line.contains("?") ? "&" : "?") + one(QUERIES);
        }
        if (random.nextInt(12) == 0) {
            line = one(List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"))
                    + line.substring(line.indexOf(' '));
        }
        var headers = random.nextInt(3) > 0 ? "Content-Type: application/json\r\n" : "";
        if (random.nextInt(3) == 0) {
            headers += one(HEADERS) + "\r\n";
        }
        return new Request(
                line,
                headers,
                line.startsWith("GET") && random.nextInt(4) > 0 ? "" : body().replace("\"fuzz\"", "\"" + room + "\""));
    }

    private static String quote(String text) {
        return java.util.regex.Matcher.quoteReplacement(text);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String user() {
        return URLEncoder.encode(random.nextInt(3) == 0 ? USERS.getFirst() : one(USERS), UTF_8)
                .replace("+", "%20");
    }

    private String body() {
        var body = one(GOOD);
        return switch (random.nextInt(6)) {
            case 0 -> object(3);
            case 1 -> body.substring(0, random.nextInt(body.length() + 1));
            case 2 -> one(VALUES);
            case 3 -> "[" + object(2) + "," + object(1) + "]";
            case 4 -> body.replaceFirst(":(\"[^\"]*\"|\\d+)", quote(":" + one(VALUES)));
            default -> body;
        };
    }

    private String object(int depth) {
        var object = new StringBuilder("{");
        for (int i = random.nextInt(5); i >= 0; i--) {
            object.append('"').append(one(FIELDS)).append("\":");
            object.append(depth > 0 && random.nextInt(4) == 0 ? object(depth - 1) : one(VALUES));
            object.append(i > 0 ? "," : "");
        }
        return object.append('}').toString();
    }
}
