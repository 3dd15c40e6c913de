package dev.bincang.transport.http;

import dev.bincang.transport.load.Outcomes;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Counts the status of every HTTP answer. Runs before all other filters and routes. */
@Singleton
class StatusFilter {

    private static final int FIRST = 10_000;

    void register(@Observes Filters filters, Outcomes outcomes) {
        filters.register(
                request -> {
                    request.addHeadersEndHandler(
                            _ -> outcomes.answered(request.response().getStatusCode()));
                    request.next();
                },
                FIRST);
    }
}
