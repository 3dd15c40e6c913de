package dev.bincang.transport.inbound;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Refusal;
import io.vertx.core.http.HttpServerRequest;
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

    private final Hosts hosts;
    private final Proxies proxies;
    private final boolean forwarding;
    private final boolean standardHeader;
    private final boolean anyProxy;

    FirstRoute(
            BincangConfig config,
            @ConfigProperty(name = "quarkus.http.proxy.proxy-address-forwarding", defaultValue = "false")
                    boolean forwarding,
            @ConfigProperty(name = "quarkus.http.proxy.allow-forwarded", defaultValue = "false") boolean standardHeader,
            @ConfigProperty(name = "quarkus.http.proxy.trusted-proxies") Optional<List<String>> trusted) {
        hosts = new Hosts(config.http().hosts());
        proxies = new Proxies(trusted.orElse(List.of()));
        this.forwarding = forwarding;
        this.standardHeader = standardHeader;
        anyProxy = trusted.isEmpty();
    }

    void route(@Observes Router router) {
        // After the routes that date and count every answer, so that a refusal is one of them.
        router.route().order(Integer.MIN_VALUE + 1).handler(this::arrived);
    }

    private void arrived(RoutingContext request) {
        var wrong = RequestHead.target(request.request().uri()); // a Unix domain socket has no RequestGuard
        if (wrong != null) {
            ProblemAnswer.send(request.response(), wrong);
            return;
        }
        var caller = caller(request.request());
        if (caller.hosts().isEmpty() || !caller.hosts().stream().allMatch(hosts::ours)) {
            var problem = Refusal.bad("Host: is not this server's").problem().withStatus(421);
            ProblemAnswer.send(request.response(), problem);
            return;
        }
        caller.remember(request);
        request.next();
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
}
