package dev.bincang.transport.http;

import dev.bincang.protocol.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body that is not JSON in UTF-8 (415) and a client that does not accept JSON (406). Runs after
 * {@link ApiEntry}. {@code /api/events} has more media types and chooses by itself.
 */
@Singleton
class Representations {

    static final String EVENTS = "/api/events";

    private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);
    private static final String JSON = MediaType.APPLICATION_JSON;

    void routes(@Observes Router router) {
        router.route("/api/*").order(-1).handler(Representations::check);
    }

    private static void check(RoutingContext request) {
        var headers = request.request().headers();
        if (WITH_BODY.contains(request.request().method()) && hasBody(request.request())) {
            var encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
            if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
                request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
                refuse(request, 415, "Content-Encoding: the body must not be compressed");
                return;
            }
            if (!isJson(headers.get(HttpHeaders.CONTENT_TYPE))) {
                request.response().putHeader(HttpHeaders.ACCEPT, JSON);
                refuse(request, 415, "Content-Type: must be application/json in UTF-8");
                return;
            }
        }
        headers.set(HttpHeaders.CONTENT_TYPE, JSON); // no later handler has to check it
        try {
            var best = Accept.best(headers.getAll(HttpHeaders.ACCEPT), List.of(JSON));
            if (!request.normalizedPath().equals(EVENTS)) {
                if (best == null) {
                    refuse(request, 406, "Accept: application/json");
                    return;
                }
                headers.set(HttpHeaders.ACCEPT, JSON);
            }
            request.next();
        } catch (IllegalArgumentException _) {
            refuse(request, 400, "Accept: is not well-formed");
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        var headers = request.headers();
        var length = headers.get(HttpHeaders.CONTENT_LENGTH);
        return length != null ? !length.equals("0") : headers.contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        try {
            var type = MediaType.valueOf(contentType);
            var charset = type.getParameters().getOrDefault("charset", "utf-8");
            return type.isCompatible(MediaType.APPLICATION_JSON_TYPE)
                    && !type.isWildcardType()
                    && !type.isWildcardSubtype()
                    && charset.equalsIgnoreCase("utf-8");
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static void refuse(RoutingContext request, int status, String detail) {
        ApiEntry.refuse(request, Refusal.bad(detail).problem().withStatus(status));
    }
}
