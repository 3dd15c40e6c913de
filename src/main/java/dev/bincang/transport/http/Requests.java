package dev.bincang.transport.http;

import dev.bincang.transport.load.Admission;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests that are not answered yet, so that a pod that ends can answer them first. While the pod ends, each
 * answer asks the client to close the connection, so that its next request goes to another pod.
 */
@Singleton
public class Requests {

    private final Admission admission;
    private final Set<RoutingContext> open = ConcurrentHashMap.newKeySet();

    Requests(Admission admission) {
        this.admission = admission;
    }

    void routes(@Observes Router router) {
        router.route("/api/*").order(-3).handler(request -> {
            if (!request.response().closed()) { // else the end handler would never run
                open.add(request);
                request.addEndHandler(_ -> open.remove(request));
            }
            // Checked when the answer begins: a long poll may have started before the pod began to end.
            request.addHeadersEndHandler(_ -> {
                if (admission.ending()) { // RFC 9112 section 9.6
                    request.response().putHeader(HttpHeaders.CONNECTION, "close");
                }
            });
            request.next();
        });
    }

    /** Number of requests that are not answered yet. */
    public int open() {
        return open.size();
    }
}
