package dev.bincang.transport.inbound;

import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Who makes a request, as far as the network tells, and under which name they reach the server. {@link FirstRoute} decides
 * it once for all who ask.
 *
 * @param address as it is counted: an IPv4 address, or the first 64 bits of one of IPv6
 * @param hosts with the port where one is given: what {@code Host} says, and what a trusted proxy says beside it
 */
public record Caller(String address, List<String> hosts) {

    private static final String KEY = "bincang.caller";
    /** Of a connection: HTTP/1 has one request at a time. */
    private static final AttributeKey<Caller> ATTRIBUTE = AttributeKey.valueOf(KEY);

    public static Caller of(RoutingContext request) {
        Caller caller = request.get(KEY);
        if (caller == null) {
            throw new IllegalStateException("the first route was passed by");
        }
        return caller;
    }

    /** Of the request that opens a WebSocket. */
    public static Caller ofUpgrade(HttpServerRequest request) {
        var caller = ((ConnectionBase) request.connection())
                .channel()
                .attr(ATTRIBUTE)
                .get();
        if (caller == null) {
            throw new IllegalStateException("the first route was passed by");
        }
        return caller;
    }

    void remember(RoutingContext request, boolean upgrade) {
        request.put(KEY, this);
        if (upgrade) {
            ((ConnectionBase) request.request().connection())
                    .channel()
                    .attr(ATTRIBUTE)
                    .set(this);
        }
    }

    /** Whether they reach it as this machine, where no other site's name can lead to (DNS rebinding). */
    public boolean local() {
        return hosts.stream().allMatch(Hosts::isLoopback);
    }
}
