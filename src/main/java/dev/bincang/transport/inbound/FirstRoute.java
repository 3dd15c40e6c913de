package dev.bincang.transport.inbound;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Refusal.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The first route of every request on the chat's port. Checks that the request is for this server, and determines its
 * {@link Caller}.
 */
@Singleton
class FirstRoute {

    private final RequestLimits limits;
    private final Hosts hosts;
    private final Proxies proxies;
    private final boolean forwarding;
    private final boolean standardHeader;
    private final boolean anyProxy;

    FirstRoute(
            BincangConfig config,
            RequestLimits limits,
            @ConfigProperty(name = "quarkus.http.proxy.proxy-address-forwarding", defaultValue = "false")
                    boolean forwarding,
            @ConfigProperty(name = "quarkus.http.proxy.allow-forwarded", defaultValue = "false") boolean standardHeader,
            @ConfigProperty(name = "quarkus.http.proxy.trusted-proxies") Optional<List<String>> trusted) {
        this.limits = limits;
        hosts = new Hosts(config.http().hosts());
        proxies = new Proxies(trusted.orElse(List.of()));
        this.forwarding = forwarding;
        this.standardHeader = standardHeader;
        anyProxy = trusted.isEmpty();
    }

    void route(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::arrived);
    }

    private void arrived(RoutingContext request) {
        var wrong = RequestHead.target(request.request().uri());
        if (wrong != null) {
            refuse(request, wrong);
            return;
        }
        var caller = caller(request.request());
        if (caller.hosts().isEmpty() || !caller.hosts().stream().allMatch(hosts::ours)) {
            refuse(request, Refusal.bad("Host: is not this server's").problem().withStatus(421));
            return;
        }
        var multiplexed = request.request().version() == HttpVersion.HTTP_2;
        caller.remember(request, !multiplexed);
        if (multiplexed) {
            inTime(request);
        }
        request.next();
    }

    /** Resets an HTTP/2 request that does not arrive in time. {@link RequestGuard} does this for HTTP/1. */
    private void inTime(RoutingContext request) {
        var timer = request.vertx().setTimer(limits.time().toMillis(), _ -> {
            if (!request.request().isEnded()) {
                request.response().reset();
            }
        });
        request.addEndHandler(_ -> request.vertx().cancelTimer(timer));
    }

    private Caller caller(HttpServerRequest request) {
        var said = ((ConnectionBase) request.connection())
                .channel()
                .attr(RequestGuard.HOST)
                .get();
        var told = request.remoteAddress();
        var authority = request.authority();
        var names = Stream.of(said, authority == null ? null : authority.toString())
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
        var from = request.connection().remoteAddress();
        var proxy = from.hostAddress() == null ? null : Proxies.parse(from.hostAddress());
        if (proxy == null) {
            return new Caller("local", names); // a Unix domain socket
        }
        // Only Quarkus knows a trusted proxy that is configured by name; it then reports another address.
        var trusted = forwarding && (anyProxy || proxies.trusted(proxy) || !from.equals(told));
        return new Caller(trusted ? proxies.client(proxy, hops(request)) : Proxies.counted(proxy), names);
    }

    private List<String> hops(HttpServerRequest request) {
        return standardHeader
                ? Proxies.forwarded(request.headers().getAll("Forwarded"))
                : Proxies.hops(request.headers().getAll("X-Forwarded-For"));
    }

    private static void refuse(RoutingContext request, Problem problem) {
        request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(Buffer.buffer(Codec.encode(problem)));
    }
}
