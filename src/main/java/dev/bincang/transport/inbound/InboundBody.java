package dev.bincang.transport.inbound;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/** The body of one request that arrives. */
public final class InboundBody {

    private InboundBody() {}

    /** It may have so many bytes only; a larger one is refused by {@link RequestGuard}. False: it just was. */
    public static boolean limit(RoutingContext request, long bytes) {
        var pipeline =
                ((ConnectionBase) request.request().connection()).channel().pipeline();
        var guard = pipeline.get(RequestGuard.class);
        if (guard != null) {
            guard.limitBody(bytes);
            return !guard.refused();
        }
        request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, bytes); // HTTP/2: where Quarkus looks when it reads
        return true;
    }
}
