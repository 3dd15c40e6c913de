package dev.bincang.transport.inbound;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/** Limits the body of one request that is arriving. */
public final class InboundBody {

    private InboundBody() {}

    /**
     * Sets the maximum size of the body. {@link RequestGuard} refuses a larger one. False if the request was refused
     * just now.
     */
    public static boolean limit(RoutingContext request, long bytes) {
        var pipeline =
                ((ConnectionBase) request.request().connection()).channel().pipeline();
        var guard = pipeline.get(RequestGuard.class);
        if (guard != null) {
            guard.limitBody(bytes);
            return !guard.refused();
        }
        // A Unix domain socket, or a connection from before a reload in dev mode. Quarkus reads the limit here.
        request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, bytes);
        return true;
    }
}
