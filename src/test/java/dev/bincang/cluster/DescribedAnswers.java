package dev.bincang.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.protocol.ApiDocs;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares answers with the OpenAPI document that the pod serves: status, content type, schema. */
final class DescribedAnswers {

    /**
     * @param type the media type without its parameters
     */
    record Answer(int status, String type, String body) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    /** A path without an operation. The server checks its length and form first, then the path, then the method. */
    private static final Set<Integer> ELSEWHERE = Set.of(400, 404, 405, 406, 414, 415);

    private final ApiDocs docs;
    private final ApiDocs.Judge judge;

    DescribedAnswers(ApiDocs docs) {
        this.docs = docs;
        judge = docs.judge();
    }

    /**
     * Why the document does not describe this answer; empty if it does.
     *
     * @param path the requested path, without the query
     */
    String wrong(String method, String path, Answer answer) {
        var item = item(path);
        if (item.isEmpty()) {
            return problem(answer, ELSEWHERE.contains(answer.status()));
        }
        var operation = item.get().getValue().path(method.toLowerCase(Locale.ROOT));
        if (operation.isMissingNode()) {
            return method.equals("OPTIONS")
                    ? answer.status() == 204 ? "" : problem(answer, true)
                    : problem(answer, ELSEWHERE.contains(answer.status()));
        }
        var pointer = "/paths/" + escaped(item.get().getKey()) + "/" + method.toLowerCase(Locale.ROOT) + "/responses/"
                + answer.status();
        var response = docs.http().at(pointer);
        if (response.has("$ref")) {
            pointer = response.path("$ref").asText().substring(1);
            response = docs.http().at(pointer);
        }
        if (response.isMissingNode()) {
            return "undocumented status";
        }
        var content = response.path("content");
        if (content.isMissingNode()) {
            return answer.body().isEmpty() ? "" : "undocumented body";
        }
        if (!content.has(answer.type())) {
            return "undocumented type " + answer.type();
        }
        return judged(pointer + "/content/" + escaped(answer.type()) + "/schema", answer);
    }

    private String problem(Answer answer, boolean expected) {
        return expected && answer.type().equals("application/problem+json")
                ? judged("/components/schemas/Problem", answer)
                : "not the problem that it should be";
    }

    private String judged(String pointer, Answer answer) {
        try {
            return judge.ofHttpAt(pointer, JSON.readTree(answer.body()));
        } catch (JsonProcessingException e) {
            return "not JSON: " + e.getMessage();
        }
    }

    private Optional<Map.Entry<String, JsonNode>> item(String path) {
        return docs.http().path("paths").properties().stream()
                .filter(item ->
                        path.replaceAll(";[^/]*", "").matches(item.getKey().replaceAll("\\{[^}]*}", "[^/]+") + "/?"))
                .findFirst();
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
