package dev.bincang.transport.http;

import dev.bincang.transport.load.Admission;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is asked at the moment, so that a pod that ends can answer it; who asks then is asked to connect elsewhere next. */
@Singleton
public class Requests {

    private final Admission admission;
    private final Set<RoutingContext> open = ConcurrentHashMap.newKeySet();

    Requests(Admission admission) {
        this.admission = admission;
    }

    void routes(@Observes Router router) {
        router.route("/api/*").order(-3).handler(request -> {
            if (!request.response().closed()) { // else nobody would tell us that it has ended
                open.add(request);
                request.addEndHandler(_ -> open.remove(request));
            }
            // As its answer begins: a long poll may have waited since before the end.
            request.addHeadersEndHandler(_ -> {
                if (admission.ending()) {
                    farewell(request);
                }
            });
            request.next();
        });
    }

    /** RFC 9112 section 9.6, RFC 9113 section 6.8. */
    private static void farewell(RoutingContext request) {
        if (request.request().version() == HttpVersion.HTTP_2) {
            request.request().connection().goAway(0);
        } else {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
    }

    /** How many are not answered yet. */
    public int open() {
        return open.size();
    }
}
