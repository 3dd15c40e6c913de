package dev.bincang.transport.http.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the page and the client are served: compressed, with a tag, and not again if the browser has them. */
@QuarkusTest
class StaticFilesTest {

    private static final Path PAGE = Path.of("src/main/resources/META-INF/resources");
    private static final Path CLIENT = Path.of("clients/javascript");
    private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|export) .* from '([^']+)';$");
    private static final Pattern PRELOAD = Pattern.compile("<link rel=\"modulepreload\" href=\"([^\"]+)\">");
    private static final Pattern SCRIPT = Pattern.compile("<script type=\"module\" src=\"([^\"]+)\">");

    @TestHTTPResource("/")
    URI server;

    private HttpResponse<byte[]> ask(String method, String path, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return String.join(", ", answer.headers().allValues(name));
    }

    private static Path source(String url) {
        return url.startsWith("/client/") ? CLIENT.resolve(url.substring(8)) : PAGE.resolve(url.substring(1));
    }

    @ParameterizedTest
    @CsvSource({
        "/,                 text/html;charset=UTF-8,       src/main/resources/META-INF/resources/index.html",
        "/index.html,       text/html;charset=UTF-8,       src/main/resources/META-INF/resources/index.html",
        "/chat.css,         text/css;charset=UTF-8,        src/main/resources/META-INF/resources/chat.css",
        "/chat/talk.js,     text/javascript;charset=UTF-8, src/main/resources/META-INF/resources/chat/talk.js",
        "/client/index.js,  text/javascript;charset=UTF-8, clients/javascript/index.js",
        "/favicon.svg,      image/svg+xml,                 src/main/resources/META-INF/resources/favicon.svg",
    })
    void aFileHasTheSameContentPlainAndCompressed(String path, String type, Path source) throws Exception {
        var content = Files.readString(source);

        var plain = ask("GET", path);
        assertEquals(200, plain.statusCode());
        assertEquals(content, new String(plain.body(), UTF_8));
        assertEquals("", header(plain, "Content-Encoding"));

        var gzip = ask("GET", path, "Accept-Encoding", "br;q=1.0, gzip;q=0.8");
        assertEquals("gzip", header(gzip, "Content-Encoding"));
        try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
            assertEquals(content, new String(in.readAllBytes(), UTF_8));
        }

        for (var answer : List.of(plain, gzip)) {
            assertEquals(type, header(answer, "Content-Type"));
            assertEquals("no-cache", header(answer, "Cache-Control"));
            assertTrue(header(answer, "Vary").toLowerCase(Locale.ROOT).contains("accept-encoding"));
            assertTrue(header(answer, "Content-Security-Policy").startsWith("default-src 'none'; script-src 'self'"));
            assertEquals("nosniff", header(answer, "X-Content-Type-Options"));
            assertEquals(header(plain, "ETag"), header(answer, "ETag"));
        }
        assertEquals("", header(ask("GET", path, "Accept-Encoding", "gzip;q=0"), "Content-Encoding"));

        var head = ask("HEAD", path);
        assertEquals(header(plain, "Content-Length"), header(head, "Content-Length"));
        assertEquals(0, head.body().length);
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() throws Exception {
        var tag = header(ask("GET", "/chat.js"), "ETag");
        for (var condition : List.of(tag, "\"other\", " + tag, tag.substring(2), "*")) {
            var answer = ask("GET", "/chat.js", "If-None-Match", condition, "Accept-Encoding", "gzip");
            assertEquals(304, answer.statusCode(), condition);
            assertEquals(0, answer.body().length);
            assertEquals(tag, header(answer, "ETag"));
            assertEquals("no-cache", header(answer, "Cache-Control"));
        }
        assertEquals(200, ask("GET", "/chat.js", "If-None-Match", "\"other\"").statusCode());
        assertFalse(tag.equals(header(ask("GET", "/chat.css"), "ETag")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/none.js",
                "/chat",
                "/chat/",
                "/client/",
                "/chat/..%2f..%2fapplication.properties",
                "/application.properties",
                "/dev/bincang/room/member.lua",
                "/client/README.md",
                "/client/test/harness.js",
            })
    void noOtherFileIsServed(String path) throws Exception {
        assertEquals(404, ask("GET", path).statusCode());
    }

    @Test
    void aPathThatLeavesTheFolderIsRefused() throws Exception {
        assertEquals(400, ask("GET", "/%2e%2e/application.properties").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.html", "transports.html"})
    void aPagePreloadsEveryModuleThatItsScriptImports(String name) throws IOException {
        var page = Files.readString(PAGE.resolve(name));
        var script = SCRIPT.matcher(page);
        assertTrue(script.find());
        var modules = new HashSet<String>();
        imported(script.group(1), modules);
        modules.remove(script.group(1));

        var preloaded = new TreeSet<String>();
        PRELOAD.matcher(page).results().forEach(link -> preloaded.add(link.group(1)));
        assertEquals(new TreeSet<>(modules), preloaded);
    }

    private static void imported(String url, Set<String> known) throws IOException {
        if (known.add(url)) {
            for (var one :
                    IMPORT.matcher(Files.readString(source(url))).results().toList()) {
                imported(URI.create(url).resolve(one.group(1)).toString(), known);
            }
        }
    }
}
