package dev.bincang.transport.inbound;

import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * The client of a request, as far as the network shows, and the host names that it uses for the server.
 * {@link FirstRoute} determines it once per request, for all later routes.
 *
 * @param address the address that limits count: an IPv4 address, or the first 64 bits of an IPv6 address
 * @param hosts the request's {@code Host}, and the host that a trusted proxy adds; each with its port if it has one
 */
public record Caller(String address, List<String> hosts) {

    private static final String KEY = "bincang.caller";
    /** The caller of a connection's current request; there is only one at a time. */
    private static final AttributeKey<Caller> ATTRIBUTE = AttributeKey.valueOf(KEY);

    public static Caller of(RoutingContext request) {
        Caller caller = request.get(KEY);
        if (caller == null) {
            throw new IllegalStateException("the first route did not run");
        }
        return caller;
    }

    /** The caller of the request that opens a WebSocket. */
    public static Caller ofUpgrade(HttpServerRequest request) {
        var caller = ((ConnectionBase) request.connection())
                .channel()
                .attr(ATTRIBUTE)
                .get();
        if (caller == null) {
            throw new IllegalStateException("the first route did not run");
        }
        return caller;
    }

    void remember(RoutingContext request) {
        request.put(KEY, this);
        ((ConnectionBase) request.request().connection())
                .channel()
                .attr(ATTRIBUTE)
                .set(this);
    }

    /**
     * Whether the client uses a name or address of this machine. No name of another site can lead to it (DNS
     * rebinding).
     */
    public boolean local() {
        return hosts.stream().allMatch(Hosts::isLoopback);
    }
}
