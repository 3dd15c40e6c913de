package dev.bincang.transport.http;

import dev.bincang.transport.Origins;
import dev.bincang.transport.inbound.Caller;
import dev.bincang.transport.inbound.ProblemAnswer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;

/**
 * Sets the {@code Date} of every answer, and the CORS header that lets pages of trusted sites import the client's
 * modules.
 */
@Singleton
class ResponseHeaders {

    private record Second(long number, String text) {}

    private final Origins origins;
    private volatile Second second = new Second(0, "");

    ResponseHeaders(Origins origins) {
        this.origins = origins;
    }

    void routes(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(request -> {
            request.addHeadersEndHandler(_ -> request.response().putHeader(HttpHeaders.DATE, now()));
            request.next();
        });
        router.route("/client/*").order(-1).handler(this::shared);
    }

    /** The current date. It is formatted once a second. */
    private String now() {
        var number = System.currentTimeMillis() / 1000;
        var known = second;
        if (known.number != number) {
            known = new Second(number, ProblemAnswer.DATE.format(Instant.ofEpochSecond(number)));
            second = known;
        }
        return known.text;
    }

    private void shared(RoutingContext request) {
        var origin = request.request().getHeader(HttpHeaders.ORIGIN);
        var hosts = Caller.of(request).hosts();
        request.response().headers().add(HttpHeaders.VARY, "Origin");
        if (origin != null && origins.cross(origin, hosts) && !origins.foreign(origin, hosts)) {
            request.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        request.next();
    }
}
