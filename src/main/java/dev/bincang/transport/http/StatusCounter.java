package dev.bincang.transport.http;

import dev.bincang.transport.load.Outcomes;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Counts the status of every HTTP answer. Its route is before all that answer. */
@Singleton
class StatusCounter {

    void route(@Observes Router router, Outcomes outcomes) {
        router.route().order(Integer.MIN_VALUE).handler(request -> {
            request.addHeadersEndHandler(
                    _ -> outcomes.answered(request.response().getStatusCode()));
            request.next();
        });
    }
}
