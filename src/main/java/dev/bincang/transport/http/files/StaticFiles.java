package dev.bincang.transport.http.files;

import static io.netty.handler.codec.http.HttpResponseStatus.NOT_MODIFIED;

import io.quarkus.runtime.LaunchMode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.ParsedHeaderValue;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of {@code META-INF/resources}, compressed and with an entity tag. A browser asks for each file on
 * each use ({@code no-cache}) and gets 304 if its copy is current. Each file is read and compressed once and then kept
 * in memory; there are about forty. A request for any other path continues to the next route.
 *
 * <p>The HTTP server's own compression is not used: it would be a handler in the pipeline of every connection, so it
 * would also be in front of the streams, which write below it. In dev mode Quarkus serves the files, so that an edit is
 * visible at once.
 */
@Singleton
class StaticFiles {

    private static final String FOLDER = "META-INF/resources";
    private static final Pattern NAME =
            Pattern.compile("(?:/[a-z][a-z0-9-]*){0,4}/[a-z][a-z0-9-]*(?:\\.d)?\\.([a-z]+)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=UTF-8",
            "js", "text/javascript;charset=UTF-8",
            "css", "text/css;charset=UTF-8",
            "svg", "image/svg+xml",
            "ts", "text/plain;charset=UTF-8",
            "yaml", "application/yaml");

    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    void route(@Observes Router router) {
        if (LaunchMode.current() != LaunchMode.DEVELOPMENT) {
            router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::asked);
        }
    }

    private void asked(RoutingContext request) {
        var path = request.normalizedPath();
        var name = path.equals("/") ? "/index.html" : path;
        var known = files.get(name);
        if (known != null) {
            answer(request, known);
            return;
        }
        var form = NAME.matcher(name);
        var type = form.matches() ? TYPES.get(form.group(1)) : null;
        if (type == null) {
            request.next();
            return;
        }
        request.vertx()
                .executeBlocking(() -> read(name, type), false)
                .onSuccess(file -> found(request, file))
                .onFailure(request::fail);
    }

    private void found(RoutingContext request, @Nullable StaticFile file) {
        if (file == null) {
            request.next();
        } else {
            answer(request, file);
        }
    }

    private @Nullable StaticFile read(String name, String type) throws IOException {
        try (var in = Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return null;
            }
            var file = StaticFile.of(type, in.readAllBytes());
            files.put(name, file);
            return file;
        }
    }

    private static void answer(RoutingContext request, StaticFile file) {
        var response = request.response();
        response.putHeader(HttpHeaders.ETAG, file.tag());
        response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (matches(request.request().getHeader(HttpHeaders.IF_NONE_MATCH), file.tag())) {
            response.setStatusCode(NOT_MODIFIED.code()).end();
            return;
        }
        var gzip = request.parsedHeaders().acceptEncoding().stream().anyMatch(StaticFiles::isGzip);
        var body = gzip ? file.gzip() : file.plain();
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
        response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
        if (gzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        if (request.request().method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body);
        }
    }

    /** Compares by the weak comparison of RFC 9110 section 13.1.2. */
    private static boolean matches(@Nullable String ifNoneMatch, String tag) {
        return ifNoneMatch != null
                && (ifNoneMatch.strip().equals("*") || ifNoneMatch.contains(tag.substring("W/".length())));
    }

    private static boolean isGzip(ParsedHeaderValue encoding) {
        return encoding.weight() > 0 && Objects.equals(encoding.value(), "gzip");
    }
}
