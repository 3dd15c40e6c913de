package dev.bincang.bench.transports;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tokens, each of a new guest. */
final class Guests {
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    private Guests() {}

    static List<String> tokens(int port, int count) throws IOException, InterruptedException {
        List<String> tokens = new ArrayList<>();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < count; i++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/guests"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"name\":\"Guest " + i + "\"}"))
                        .build();
                String answer = http.send(request, BodyHandlers.ofString()).body();
                Matcher token = TOKEN.matcher(answer);
                if (!token.find()) {
                    throw new IOException(answer);
                }
                tokens.add(token.group(1));
            }
        }
        return tokens;
    }
}
